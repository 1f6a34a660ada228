// Names of areas as HTML, so that no glyphs are fetched. A name that would cover a pin or a name before it stays
// moves up or down a little, or away until there is room.

const SHIFTS = [0, 24, -24, 40, -40];

export class AreaLabels {
  constructor(element) {
    this.map = element.map;
    const { Marker } = element.library;
    this.labels = element.areas.features.filter((feature) => feature.properties.name).map((feature) => {
      const node = document.createElement("span");
      const { heat } = feature.properties;
      node.className = heat >= 0 ? `map-name map-name-heat-${heat}` : "map-name";
      node.textContent = feature.properties.short ?? feature.properties.name;
      const place = feature.properties.label ?? middle(feature.geometry);
      const marker = new Marker({ element: node }).setLngLat(place).addTo(this.map);
      // MapLibre gives every marker the role of an image with a name of its own; this one is plain text.
      node.removeAttribute("role");
      node.removeAttribute("aria-label");
      node.removeAttribute("tabindex");
      return { node, place, marker };
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
    for (const { node, place, marker } of this.labels) {
      const { x, y } = this.map.project(place);
      const half = node.textContent.length * 6.5 + 3;
      const boxAt = (shift) => [x - half, y + shift - 9, x + half, y + shift + 9];
      const shift = SHIFTS.find((candidate) => !taken.some((other) => overlap(boxAt(candidate), other)));
      node.classList.toggle("is-away", shift === undefined);
      if (shift === undefined) continue;
      marker.setOffset([0, shift]);
      taken.push(boxAt(shift));
    }
  }
}

const overlap = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];

function middle(geometry) {
  const ring = geometry.type === "MultiPolygon" ? geometry.coordinates[0][0] : geometry.coordinates[0];
  const sum = ring.reduce(([x, y], [lon, lat]) => [x + lon, y + lat], [0, 0]);
  return [sum[0] / ring.length, sum[1] / ring.length];
}
