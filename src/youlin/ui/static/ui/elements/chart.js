// <youlin-chart data-table="id">: a trend that answers. The server's SVG inside is what is seen first, what is printed, and
// what stays without script, without network and where little data is asked for; the table behind it is the only source.
//
//   data-table="id"       the table behind the chart (chart/reading.js says what its rows hold)
//   data-unit="percent"   rates: the scale need not begin at nought
//   data-target="93" data-target-text="目标 93%"    a line across
//   data-formula          what stands behind the value is numerator and denominator
//
// Left and right walk the points, Home and End go to the ends, + and - zoom, Escape lets go; each point is also said.

import { sheet, whenSeen } from "../arriving.js";
import { optionOf, tokensOf, wordsOf } from "../chart/option.js";
import { readTable } from "../chart/reading.js";
import { Tip } from "../chart/tip.js";
import { sparing } from "../thrift.js";
import { t } from "../words.js";

const LIBRARY = new URL("../../vendor/echarts/echarts.common.min.js", import.meta.url);
const SHEET = new URL("../chart.css", import.meta.url);
const STEPS = { ArrowLeft: -1, ArrowRight: 1, PageUp: -6, PageDown: 6, Home: -Infinity, End: Infinity };

class YoulinChart extends HTMLElement {
  connectedCallback() {
    if (sparing()) return void (this.dataset.state = "svg");
    this.unseen = whenSeen(this, () => this.start().catch((error) => this.fail(error)));
  }

  disconnectedCallback() {
    this.unseen?.();
    this.stop?.abort();
    this.sizes?.disconnect();
    this.tip?.remove();
    this.chart?.dispose();
    this.holder?.remove();
    this.said?.remove();
    this.chart = null;
    delete this.dataset.state;
  }

  fail(error) {
    console.warn("youlin-chart", error);
    this.disconnectedCallback();
    this.dataset.state = "svg";
  }

  async start() {
    await Promise.all([library(), sheet(SHEET)]);
    const table = document.getElementById(this.dataset.table);
    if (!this.isConnected || this.chart || !table) return;
    this.told = { ...readTable(table), ...this.given() };
    this.build();
    this.chart = globalThis.echarts.init(this.holder, null, { renderer: "canvas" });
    this.draw();
    this.listen();
    this.dataset.state = "live";
  }

  given() {
    const { unit = "", target, targetText = "" } = this.dataset;
    return { unit, targetText, target: target ? Number(target) : null, formula: this.hasAttribute("data-formula") };
  }

  build() {
    const name = this.querySelector("svg")?.getAttribute("aria-label") ?? this.told.name;
    this.holder = document.createElement("div");
    this.holder.className = "chart-live";
    this.holder.tabIndex = 0;
    this.holder.setAttribute("role", "group");
    this.holder.setAttribute("aria-label", `${name}。${t("用左右键逐点看，加减键放大缩小。")}`);
    this.said = document.createElement("p");
    this.said.className = "visually-hidden";
    this.said.setAttribute("aria-live", "polite");
    this.append(this.holder, this.said);
    this.tip = new Tip(this);
  }

  draw() {
    const wide = matchMedia("(pointer: fine)").matches;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.chart.setOption(optionOf(this.told, tokensOf(this), { still, wide }));
  }

  listen() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    const draw = () => this.draw();
    document.addEventListener("youlin:theme", draw, { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw, { signal });
    matchMedia("(prefers-reduced-motion: reduce)").addEventListener("change", draw, { signal });
    this.holder.addEventListener("keydown", (event) => this.onKey(event), { signal });
    this.holder.addEventListener("blur", () => this.letGo(), { signal });
    this.chart.on("updateAxisPointer", ({ axesInfo }) => this.point(axesInfo?.[0]?.value));
    this.sizes = new ResizeObserver(() => this.chart?.resize());
    this.sizes.observe(this);
  }

  onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key in STEPS) this.walk(STEPS[event.key]);
    else if (event.key === "+" || event.key === "=") this.zoom(0.5);
    else if (event.key === "-") this.zoom(2);
    else if (event.key === "Escape" && this.at !== undefined) this.letGo();
    else return;
    event.preventDefault();
  }

  // From nowhere, the first step goes to the newest point.
  walk(step) {
    const last = this.told.points.length - 1;
    this.at = this.at === undefined && Number.isFinite(step) ? last : Math.min(Math.max((this.at ?? 0) + step, 0), last);
    this.bringIntoSight();
    const series = this.told.points[this.at].known ? 0 : this.chart.getOption().series.findLastIndex((one) => one.data[this.at] !== null);
    this.chart.dispatchAction({ type: "showTip", seriesIndex: Math.max(series, 0), dataIndex: this.at });
    this.said.textContent = wordsOf(this.told.points[this.at], this.told).join("，");
  }

  // What the pointer or the keys are at: the card beside it. undefined: at nothing.
  point(place) {
    const point = this.told.points[place];
    if (!point) return this.tip.hide();
    const value = point.known?.value ?? point.expected?.value;
    const [x, y] = this.chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [place, value ?? 0]);
    this.tip.show(wordsOf(point, this.told), x, value === undefined || value === null ? this.clientHeight / 2 : y);
  }

  letGo() {
    this.at = undefined;
    this.said.textContent = "";
    this.tip.hide();
    this.chart?.dispatchAction({ type: "hideTip" });
    this.chart?.dispatchAction({ type: "updateAxisPointer", currTrigger: "leave" });
  }

  // The stretch in sight, as places of its first and last point; null where all is always in sight.
  sight() {
    const zoom = this.chart.getOption().dataZoom?.[0];
    return zoom ? [zoom.startValue, zoom.endValue] : null;
  }

  look(first, last) {
    this.chart.dispatchAction({ type: "dataZoom", startValue: first, endValue: last });
  }

  bringIntoSight() {
    const [first, last] = this.sight() ?? [this.at, this.at];
    if (this.at < first) this.look(this.at, this.at + last - first);
    else if (this.at > last) this.look(this.at - last + first, this.at);
  }

  zoom(times) {
    const sight = this.sight();
    if (!sight) return;
    const most = this.told.points.length - 1;
    const middle = this.at ?? sight[1];
    const width = Math.min(Math.max(Math.round((sight[1] - sight[0]) * times), 4), most);
    const first = Math.min(Math.max(Math.round(middle - width / 2), 0), most - width);
    this.look(first, first + width);
  }
}

let loading;
function library() {
  return (loading ??= import(LIBRARY));
}

customElements.define("youlin-chart", YoulinChart);
