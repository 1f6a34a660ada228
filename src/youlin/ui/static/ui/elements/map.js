// <youlin-map>: the district, moving. The server's SVG inside is what is seen first and what stays without WebGL.
//
//   data-areas="url"      GeoJSON polygons: code, name, label [lon, lat], maybe href, value  (the base map; no tiles needed)
//   data-points="url"     GeoJSON points: id, label, state (ok|soon|late|none), number, href; or, where there are many,
//                         clusters: id, n. Asked again with bbox=w,s,e,n when the map has moved.
//   data-list="#answers"  list whose items carry data-point="id"; with data-lon data-lat data-state data-number
//                         data-label they are the points themselves, also after htmx has swapped the list
//   data-on-pin="select"  select the list's item (default) or "open": press its .row-link
//   data-pick             choose a place: fills inputs named lon and lat of the form, emits place-picked {lon, lat}
//   data-bounds="w,s,e,n" what to show first (default: all areas); data-cooperative: two fingers to move
//   data-lazy             stays the server's drawing until somebody moves, touches or types: a first visit costs nothing
//   data-values="#rows"   a figure of each area: class, value and way down stand in the table's rows (map/choropleth.js); a tap
//                         tells them, data-values-name says of what
//   data-tiles="url" data-tiles-credit="words"   raster tiles below (WGS84 or CGCS2000), where configured

import { sheet, whenSeen } from "../arriving.js";
import { Pins } from "../map/pins.js";
import { Picker } from "../map/picker.js";
import { AreaFacts, valued } from "../map/choropleth.js";
import { AreaLabels } from "../map/labels.js";
import { bounds, coloured, fromList, styleOf } from "../map/style.js";
import { sparing } from "../thrift.js";
import { t } from "../words.js";

const LIBRARY = new URL("../../vendor/maplibre-gl/maplibre-gl.mjs", import.meta.url);
const SHEETS = [new URL("../../vendor/maplibre-gl/maplibre-gl.css", import.meta.url), new URL("../map.css", import.meta.url)];

const WAKING = ["pointermove", "pointerdown", "keydown", "wheel", "scroll", "focusin"];

class YoulinMap extends HTMLElement {
  static observedAttributes = ["data-points"];

  connectedCallback() {
    this.fallback ??= this.querySelector("svg");
    if (this.dataset.values) this.facts = new AreaFacts(this);
    if (this.facts && sparing()) return void (this.dataset.state = "svg"); // the drawing shows as much
    if (this.hasAttribute("data-lazy")) this.sleep();
    else this.watch();
  }

  sleep() {
    this.asleep = new AbortController();
    const wake = ({ type, target }) => {
      if (type === "scroll" && target !== document) return; // a menu that brings its entry into sight is nobody's move
      this.asleep.abort();
      this.watch();
    };
    const once = { capture: true, passive: true, signal: this.asleep.signal };
    for (const kind of WAKING) document.addEventListener(kind, wake, once);
  }

  watch() {
    this.unseen = whenSeen(this, () => this.start().catch((error) => this.fail(error)));
  }

  disconnectedCallback() {
    this.asleep?.abort();
    this.unseen?.();
    this.facts?.remove();
    this.stop?.abort();
    this.map?.remove();
    this.map = null;
  }

  attributeChangedCallback(name, before, after) {
    if (this.map && before !== after) this.refresh();
  }

  fail(error) {
    console.warn("youlin-map", error);
    this.map?.remove();
    this.map = null;
    this.holder?.remove();
    this.dataset.state = "svg";
  }

  async start() {
    if (this.map || !hasWebGL()) return void (this.dataset.state ??= "svg");
    const [library, areas] = await Promise.all([
      import(LIBRARY),
      fetchJson(this.dataset.areas),
      ...SHEETS.map(sheet),
    ]);
    if (!this.isConnected) return;
    this.library = library;
    this.areas = this.facts ? valued(areas, this.facts.facts) : coloured(areas);
    this.holder = document.createElement("div");
    this.holder.className = "map-live";
    this.append(this.holder);
    this.map = new library.Map(this.options());
    this.map.once("load", () => this.ready().catch((error) => this.fail(error)));
    this.map.once("error", (event) => !this.map?.loaded() && !this.dataset.state && this.fail(event.error));
  }

  options() {
    const box = this.dataset.bounds?.split(",").map(Number) ?? bounds(this.areas);
    return {
      container: this.holder,
      style: styleOf(this, this.areas),
      bounds: box,
      fitBoundsOptions: { padding: this.padding() },
      maxBounds: grown(bounds(this.areas), 3),
      minZoom: 8,
      maxZoom: 19,
      attributionControl: this.dataset.tilesCredit ? { compact: true } : false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      cooperativeGestures: this.hasAttribute("data-cooperative"),
      locale: {
        "NavigationControl.ZoomIn": t("放大"),
        "NavigationControl.ZoomOut": t("缩小"),
        "GeolocateControl.FindMyLocation": t("找到我的位置"),
        "GeolocateControl.LocationNotAvailable": t("没有取到位置"),
        "Map.Title": this.fallback?.getAttribute("aria-label") ?? t("辖区图"),
        "CooperativeGesturesHandler.WindowsHelpText": t("按住 Ctrl 并滚动来缩放"),
        "CooperativeGesturesHandler.MacHelpText": t("按住 ⌘ 并滚动来缩放"),
        "CooperativeGesturesHandler.MobileHelpText": t("用两个手指移动地图"),
      },
    };
  }

  // What lies over the map (search, sheet) is left free.
  padding() {
    const map = this.getBoundingClientRect();
    const padding = { top: 24, right: 24, bottom: 24, left: 24 };
    const page = this.closest(".map-page");
    const over = page?.querySelector(".map-over")?.getBoundingClientRect();
    const sheet = page?.querySelector(".sheet")?.getBoundingClientRect();
    const beside = (box) => !box || box.right <= map.left || box.left >= map.right;
    if (!beside(over)) padding.top += Math.min(Math.max(over.bottom - map.top, 0), map.height / 3);
    if (!beside(sheet)) padding.bottom += Math.min(Math.max(map.bottom - sheet.top, 0), map.height / 3);
    return padding;
  }

  async ready() {
    const { map, library } = this;
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
    if (!this.facts) this.locate();
    this.labels = new AreaLabels(this);
    if (this.facts) this.facts.live(map);
    else if (this.hasAttribute("data-pick")) this.picker = new Picker(this);
    else this.listenToAreas();
    this.pins = new Pins(this);
    await this.refresh();
    this.listen();
    this.dataset.state = "live";
    this.dispatchEvent(new CustomEvent("map-ready", { bubbles: true }));
  }

  locate() {
    const { map, library } = this;
    map.addControl(new library.GeolocateControl({ positionOptions: { enableHighAccuracy: true } }), "top-right");
    // MapLibre names this button only after it has asked for the permission; until then it would be nameless.
    this.holder.querySelector(".maplibregl-ctrl-geolocate")?.setAttribute("aria-label", t("找到我的位置"));
  }

  listen() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    const restyle = () => this.restyle();
    document.addEventListener("youlin:theme", restyle, { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restyle, { signal });
    this.addEventListener("youlin:refresh", () => this.refresh(), { signal });
    if (this.dataset.points) this.map.on("moveend", () => this.moved());
    const changed = ({ target }) => {
      const { list } = this;
      if (list && (target === list || target.contains?.(list) || list.contains(target))) this.refresh();
    };
    document.addEventListener("htmx:afterSettle", changed, { signal });
    document.addEventListener("live-updated", changed, { signal });
  }

  get list() {
    return this.dataset.list ? document.querySelector(this.dataset.list) : null;
  }

  async refresh() {
    const asked = (this.asked = Symbol("asked"));
    const points = this.dataset.points ? await fetchJson(this.pointsUrl()) : fromList(this.list);
    if (asked === this.asked) this.pins?.show(points);
  }

  // What is seen and a little around it, so that small moves need no answer.
  pointsUrl() {
    const seen = this.map.getBounds();
    this.covered = grown([seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()], 0.25);
    this.coveredZoom = this.map.getZoom();
    const url = new URL(this.dataset.points, location.href);
    const [west, south, east, north] = this.covered.map((degrees) => degrees.toFixed(6));
    url.searchParams.set("bbox", [Math.max(west, -180), Math.max(south, -90), Math.min(east, 180), Math.min(north, 90)]);
    return url;
  }

  moved() {
    const [west, south, east, north] = this.covered ?? [0, 0, 0, 0];
    const seen = this.map.getBounds();
    const inside = seen.getWest() >= west && seen.getSouth() >= south && seen.getEast() <= east && seen.getNorth() <= north;
    if (!inside || Math.abs(this.map.getZoom() - this.coveredZoom) > 0.5) this.refresh();
  }

  restyle() {
    if (!this.map) return;
    for (const { id, paint } of styleOf(this, this.areas).layers) {
      for (const [name, value] of Object.entries(paint ?? {})) this.map.setPaintProperty(id, name, value);
    }
    this.facts?.restyle();
  }

  listenToAreas() {
    this.map.on("click", "areas", (event) => {
      const href = event.features?.[0]?.properties.href;
      if (href && !event.originalEvent.defaultPrevented) location.assign(href);
    });
    this.map.on("mousemove", "areas", (event) => {
      this.map.getCanvas().style.cursor = event.features?.[0]?.properties.href ? "pointer" : "";
    });
  }
}

function hasWebGL() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

async function fetchJson(url) {
  if (!url) return { type: "FeatureCollection", features: [] };
  const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.json();
}

function grown([west, south, east, north], times) {
  const width = (east - west) * times || 1;
  const height = (north - south) * times || 1;
  return [west - width, south - height, east + width, north + height];
}

customElements.define("youlin-map", YoulinMap);
