// A map of one figure. Colour, value and way down of each area stand in the rows of a table (data-values="#rows"), so that
// table, drawing and moving map say the same; a tap tells what an area is and leads into it.

import { t } from "../words.js";

const LIT = "lit";
const HATCH = "hatch";

// The rows by code: data-code, data-heat (0 to 4, none without a value), data-text, data-of, data-state, and its row-link.
export function factsOf(table) {
  const rows = [...(table?.querySelectorAll("tr[data-code]") ?? [])];
  return new Map(rows.map((row) => [row.dataset.code, { row, ...row.dataset, link: row.querySelector(".row-link") }]));
}

// The areas with the class that the server gave each of them.
export function valued(areas, facts) {
  for (const { properties } of areas.features) {
    const { heat, link } = facts.get(properties.code) ?? {};
    properties.heat = heat ? Number(heat) : -1;
    properties.href = link?.href;
  }
  return areas;
}

export class AreaFacts {
  constructor(element) {
    this.element = element;
    this.table = document.querySelector(element.dataset.values);
    this.facts = factsOf(this.table);
    this.stop = new AbortController();
    const { signal } = this.stop;
    element.addEventListener("click", (event) => this.onDrawing(event), { signal });
    document.addEventListener("pointerdown", (event) => !this.card?.contains(event.target) && this.close(), { signal });
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.close(), { signal });
    for (const [name, on] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]]) {
      this.table?.addEventListener(name, (event) => this.light(event.target.closest("tr")?.dataset.code, on), { signal });
    }
  }

  remove() {
    this.stop.abort();
    this.close();
  }

  // A tap on the server's drawing tells first, like one on the moving map; from the keyboard its links are links.
  onDrawing(event) {
    const link = event.target.closest("svg a[data-code]");
    if (!link || event.detail === 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const box = this.element.getBoundingClientRect();
    this.open(link.dataset.code, event.clientX - box.left, event.clientY - box.top);
  }

  // On the moving map: taps, the pointer over an area, the hatch of areas without a value, the one that is pointed at.
  live(map) {
    this.map = map;
    this.pattern();
    map.addLayer({ id: HATCH, type: "fill", source: "areas", filter: ["==", ["get", "heat"], -1], paint: { "fill-pattern": HATCH } }, "edges");
    map.addLayer({
      id: LIT, type: "line", source: "areas", filter: ["==", ["get", "code"], ""],
      layout: { "line-join": "round" }, paint: { "line-color": this.token("ink"), "line-width": 2.5 },
    });
    map.on("click", "areas", (event) => this.open(event.features[0].properties.code, event.point.x, event.point.y));
    map.on("movestart", () => this.close());
    map.on("mousemove", "areas", (event) => this.over(event.features[0].properties.code));
    map.on("mouseleave", "areas", () => this.over(""));
  }

  restyle() {
    this.pattern();
    this.map?.setPaintProperty(LIT, "line-color", this.token("ink"));
  }

  token(name) {
    return getComputedStyle(this.element).getPropertyValue(`--${name}`).trim();
  }

  // Eight pixels square, lines from corner to corner.
  pattern() {
    const size = 8;
    const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
    const pen = canvas.getContext("2d");
    pen.strokeStyle = this.token("edge");
    pen.lineWidth = 1.5;
    pen.beginPath();
    for (const shift of [-size, 0, size]) {
      pen.moveTo(shift - 1, size + 1);
      pen.lineTo(shift + size + 1, -1);
    }
    pen.stroke();
    const drawn = pen.getImageData(0, 0, size, size);
    if (this.map.hasImage(HATCH)) this.map.updateImage(HATCH, drawn);
    else this.map.addImage(HATCH, drawn);
  }

  over(code) {
    if (code === this.pointed) return;
    this.map.getCanvas().style.cursor = code ? "pointer" : "";
    this.light(this.pointed, false);
    this.light(code, true);
    this.pointed = code;
  }

  // The area on the map and its row light up together; what a card is open about stays lit.
  light(code, on) {
    const fact = this.facts.get(code);
    if (!fact || (!on && code === this.opened)) return;
    fact.row.classList.toggle("is-hinted", on);
    this.element.querySelector(`path[data-code="${CSS.escape(code)}"]`)?.classList.toggle("is-lit", on);
    if (this.map?.getLayer(LIT)) this.map.setFilter(LIT, ["==", ["get", "code"], on ? code : ""]);
  }

  open(code, x, y) {
    this.close();
    const fact = this.facts.get(code);
    if (!fact) return;
    this.card = this.build(fact);
    this.element.append(this.card);
    const room = this.element.getBoundingClientRect();
    const { width, height } = this.card.getBoundingClientRect();
    const above = y - height - 14;
    const left = Math.min(Math.max(x - width / 2, 8), Math.max(room.width - width - 8, 8));
    const top = above >= 8 ? above : Math.min(y + 14, Math.max(room.height - height - 8, 8));
    this.card.style.setProperty("--left", `${left}px`);
    this.card.style.setProperty("--top", `${top}px`);
    this.light(code, true);
    this.opened = code;
  }

  close() {
    this.card?.remove();
    this.card = null;
    const { opened } = this;
    this.opened = undefined;
    this.light(opened, false);
  }

  build({ link, text, of, state }) {
    const card = make("div", "map-card");
    card.setAttribute("role", "group");
    const name = make("b", "map-card-name", link?.textContent.trim() ?? "");
    const value = make("p", `map-card-value${state ? ` is-${state}` : ""}`, text || t("没有数据"));
    card.append(name, make("p", "map-card-what", this.element.dataset.valuesName ?? ""), value);
    card.setAttribute("aria-label", name.textContent);
    if (of) card.append(make("p", "map-card-what", of));
    if (link) {
      const way = make("a", "btn btn-small", t("进入"));
      way.href = link.href;
      way.setAttribute("aria-label", `${t("进入")} ${name.textContent}`);
      card.append(way);
    }
    return card;
  }
}

function make(kind, name, words = "") {
  const node = document.createElement(kind);
  node.className = name;
  node.textContent = words;
  return node;
}
