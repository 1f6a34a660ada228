// Points on the map as real links in the page: shapes by state, clusters with a count, in step with the list.
// Clustering is MapLibre's; what is drawn are HTML markers, so no glyphs are fetched and the keyboard reaches them.
// A point may itself stand for many (`n`): where the server would have to send too many points it sends their numbers.

import { t } from "../words.js";

const SOURCE = "points";
const SHAPES = {
  ok: '<circle cx="12" cy="12" r="10"/>',
  soon: '<path d="M12 1.5 23.5 22H.5z"/>',
  late: '<path d="M2.5 2.5h19v19h-19z"/>',
  none: '<circle cx="12" cy="12" r="10"/>',
};
const SVG = "http://www.w3.org/2000/svg";

export class Pins {
  constructor(element) {
    this.element = element;
    this.map = element.map;
    this.markers = new Map();
    this.data = { type: "FeatureCollection", features: [] };
    this.map.on("move", () => this.draw());
    this.map.on("moveend", () => this.draw());
    this.map.on("sourcedata", (event) => event.sourceId === SOURCE && event.isSourceLoaded && this.draw());
    this.addSource();
    const { list } = element;
    for (const [name, on] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]]) {
      list?.addEventListener(name, (event) => this.hint(event.target.closest("[data-point]")?.dataset.point, on));
    }
  }

  addSource() {
    this.map.addSource(SOURCE, { type: "geojson", data: this.data, cluster: true, clusterRadius: 44, clusterMaxZoom: 16,
      clusterProperties: { n: ["+", ["coalesce", ["get", "n"], 1]] } });
    // A source without a layer is never tiled; these circles are invisible.
    this.map.addLayer({ id: SOURCE, type: "circle", source: SOURCE, paint: { "circle-radius": 1, "circle-opacity": 0 } });
  }

  show(collection) {
    this.data = collection;
    for (const marker of this.markers.values()) marker.remove();
    this.markers.clear();
    this.map.getSource(SOURCE).setData(collection);
  }

  places() {
    return [...this.markers.values()].map((marker) => marker.getLngLat());
  }

  draw() {
    if (!this.map.isSourceLoaded(SOURCE)) return;
    const seen = new Map();
    for (const feature of this.map.querySourceFeatures(SOURCE)) {
      const { cluster_id: cluster, id, n = 1 } = feature.properties;
      seen.set(cluster === undefined ? `p${id}-${n}` : `c${cluster}-${n}`, feature);
    }
    for (const [key, marker] of this.markers) {
      if (seen.has(key)) continue;
      marker.remove();
      this.markers.delete(key);
    }
    for (const [key, feature] of seen) if (!this.markers.has(key)) this.markers.set(key, this.marker(feature));
  }

  marker(feature) {
    const { cluster_id: cluster, n = 1 } = feature.properties;
    const clustered = cluster !== undefined || n > 1;
    const node = clustered ? this.clusterNode(feature) : this.pinNode(feature.properties);
    const { Marker } = this.element.library;
    return new Marker({ element: node }).setLngLat(feature.geometry.coordinates).addTo(this.map);
  }

  clusterNode({ properties, geometry }) {
    const count = properties.n;
    const node = document.createElement("button");
    node.type = "button";
    node.className = `cluster${count >= 100 ? " cluster-big" : ""}`;
    node.textContent = count < 1000 ? count : `${(count / 1000).toFixed(count < 10000 ? 1 : 0)}k`;
    node.setAttribute("aria-label", t("这里有 %(n)s 处，放大", { n: count }));
    node.addEventListener("click", async (event) => {
      event.stopPropagation();
      this.map.easeTo({ center: geometry.coordinates, zoom: (await this.zoomInto(properties)) + 0.2 });
    });
    return node;
  }

  zoomInto({ cluster_id: cluster }) {
    if (cluster === undefined) return this.map.getZoom() + 2;
    return this.map.getSource(SOURCE).getClusterExpansionZoom(cluster);
  }

  pinNode({ id, label, state, number, href }) {
    const node = document.createElement(href ? "a" : "button");
    if (href) node.href = href;
    else node.type = "button";
    const known = SHAPES[state] ? state : "";
    node.className = `pin pin-${known || "plain"}`;
    node.dataset.pin = id;
    node.setAttribute("aria-label", label || String(id));
    node.title = label ?? "";
    const drawing = document.createElementNS(SVG, "svg");
    drawing.setAttribute("viewBox", "0 0 24 24");
    drawing.setAttribute("aria-hidden", "true");
    drawing.innerHTML = SHAPES[known || "ok"];
    node.append(drawing);
    if (number !== undefined && number !== "") node.append(number);
    node.addEventListener("click", (event) => this.choose(event, id));
    for (const [name, on] of [["mouseenter", true], ["focus", true], ["mouseleave", false], ["blur", false]]) {
      node.addEventListener(name, () => this.itemOf(id)?.classList.toggle("is-hinted", on));
    }
    return node;
  }

  itemOf(id) {
    return this.element.list?.querySelector(`[data-point="${CSS.escape(String(id))}"]`) ?? null;
  }

  choose(event, id) {
    event.stopPropagation();
    const item = this.itemOf(id);
    this.element.dispatchEvent(new CustomEvent("point-selected", { bubbles: true, detail: { id } }));
    if (!item) return; // a pin without a row is an ordinary link
    event.preventDefault();
    this.element.list.querySelectorAll(".is-selected").forEach((other) => other.classList.remove("is-selected"));
    item.classList.add("is-selected");
    item.scrollIntoView({ block: "nearest" });
    if (this.element.dataset.onPin === "open") item.querySelector(".row-link")?.click();
    else item.querySelector(".row-link")?.focus({ preventScroll: true });
  }

  hint(id, on) {
    if (id === undefined) return;
    this.holderOf(id)?.classList.toggle("is-on", on);
  }

  holderOf(id) {
    return this.element.querySelector(`[data-pin="${CSS.escape(String(id))}"]`);
  }
}
