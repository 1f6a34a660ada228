// Names of areas as HTML, so that no glyphs are fetched. A name that would cover a pin or a name before it stays
// away until there is room.

export class AreaLabels {
  constructor(element) {
    this.map = element.map;
    const { Marker } = element.library;
    this.labels = element.areas.features.filter((feature) => feature.properties.name).map((feature) => {
      const node = document.createElement("span");
      node.className = "map-name";
      node.textContent = feature.properties.name;
      const place = feature.properties.label ?? middle(feature.geometry);
      new Marker({ element: node }).setLngLat(place).addTo(this.map);
      // MapLibre gives every marker the role of an image with a name of its own; this one is plain text.
      node.removeAttribute("role");
      node.removeAttribute("aria-label");
      node.removeAttribute("tabindex");
      return { node, place };
    });
    this.element = element;
    this.map.on("idle", () => this.thin());
    this.thin();
  }

  thin() {
    const taken = (this.element.pins?.places() ?? []).map((place) => {
      const { x, y } = this.map.project(place);
      return [x - 14, y - 14, x + 14, y + 14];
    });
    for (const { node, place } of this.labels) {
      const { x, y } = this.map.project(place);
      const width = node.textContent.length * 7 + 4;
      const box = [x - width, y - 10, x + width, y + 10];
      const hidden = taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
      node.classList.toggle("is-away", hidden);
      if (!hidden) taken.push(box);
    }
  }
}

function middle(geometry) {
  const ring = geometry.type === "MultiPolygon" ? geometry.coordinates[0][0] : geometry.coordinates[0];
  const sum = ring.reduce(([x, y], [lon, lat]) => [x + lon, y + lat], [0, 0]);
  return [sum[0] / ring.length, sum[1] / ring.length];
}
