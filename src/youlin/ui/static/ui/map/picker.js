// Choosing a place: a click, a drag of the pin, the device's position, or Enter on the middle of the map.

import { t } from "../words.js";

const DRAWING =
  '<svg viewBox="0 0 32 42" aria-hidden="true"><path d="M16 41S2 26 2 15.5a14 14 0 0 1 28 0C30 26 16 41 16 41z"/>' +
  '<circle cx="16" cy="15.5" r="5"/></svg>';

export class Picker {
  constructor(element) {
    this.element = element;
    this.map = element.map;
    const { Marker } = element.library;
    const node = document.createElement("span");
    node.className = "pick";
    node.innerHTML = DRAWING;
    this.marker = new Marker({ element: node, draggable: true, anchor: "bottom" });
    this.voice = document.createElement("p");
    this.voice.className = "visually-hidden";
    this.voice.setAttribute("role", "status");
    element.append(this.voice);
    this.marker.on("dragend", () => this.pick(this.marker.getLngLat()));
    this.map.on("click", (event) => this.pick(event.lngLat));
    this.map.getCanvas().addEventListener("keydown", (event) => event.key === "Enter" && this.pickMiddle(event));
    this.map.getCanvas().setAttribute("aria-description", t("用方向键移动地图，按回车选中间的位置。"));
    this.map.once("idle", () => this.showGiven());
    for (const input of this.inputs()) input.addEventListener("change", () => !this.writing && this.showGiven());
  }

  inputs() {
    const form = this.element.closest("form") ?? this.element;
    return ["lon", "lat"].map((name) => form.querySelector(`[name="${name}"]`)).filter(Boolean);
  }

  showGiven() {
    const [lon, lat] = this.inputs().map((input) => Number.parseFloat(input.value));
    if (!Number.isFinite(lon) || !Number.isFinite(lat)) {
      this.marker.remove();
      return;
    }
    this.marker.setLngLat([lon, lat]).addTo(this.map);
    if (!this.map.getBounds().contains([lon, lat])) this.map.jumpTo({ center: [lon, lat], zoom: 16 });
  }

  pickMiddle(event) {
    event.preventDefault();
    this.pick(this.map.getCenter());
  }

  pick({ lng, lat }) {
    const lon = lng.toFixed(6);
    const place = { lon, lat: lat.toFixed(6) };
    this.marker.setLngLat([lng, lat]).addTo(this.map);
    this.writing = true;
    for (const input of this.inputs()) {
      input.value = place[input.name];
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.writing = false;
    this.voice.textContent = t("已选位置：东经 %(lon)s，北纬 %(lat)s", place);
    this.element.dispatchEvent(new CustomEvent("place-picked", { bubbles: true, detail: place }));
  }
}
