// The map's style from the page's tokens, its data made ready, and the points of a list.

const STEPS = 5;

export function styleOf(element, areas) {
  const tokens = getComputedStyle(element);
  const token = (name) => tokens.getPropertyValue(`--${name}`).trim();
  const sources = { areas: { type: "geojson", data: areas } };
  const layers = [{ id: "water", type: "background", paint: { "background-color": token("water") } }];
  const { tiles, tilesCredit } = element.dataset;
  if (tiles) {
    sources.tiles = { type: "raster", tiles: [tiles], tileSize: 256, attribution: tilesCredit ?? "" };
    layers.push({ id: "tiles", type: "raster", source: "tiles" });
  }
  const heat = ["match", ["get", "heat"]];
  for (let step = 0; step < STEPS; step += 1) heat.push(step, token(`heat-${step}`));
  heat.push(-1, token("card"), token("land"));
  layers.push(
    { id: "areas", type: "fill", source: "areas", paint: { "fill-color": heat, "fill-opacity": tiles ? 0.25 : 1 } },
    {
      id: "edges",
      type: "line",
      source: "areas",
      layout: { "line-join": "round" },
      paint: { "line-color": ["case", ["==", ["get", "on"], true], token("jade"), token("edge")],
               "line-width": ["case", ["==", ["get", "on"], true], 3, 1.25] },
    },
  );
  return { version: 8, sources, layers };
}

// Five steps of equal width between the least and the greatest value.
export function coloured(areas) {
  const values = areas.features.map((f) => f.properties.value).filter((v) => typeof v === "number");
  if (!values.length) return areas;
  const low = Math.min(...values);
  const width = (Math.max(...values) - low) / STEPS;
  for (const { properties } of areas.features) {
    const { value } = properties;
    if (typeof value !== "number") properties.heat = -1;
    else properties.heat = width ? Math.min(Math.floor((value - low) / width), STEPS - 1) : Math.floor(STEPS / 2);
  }
  return areas;
}

export function bounds(collection) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  const walk = (part) => {
    if (typeof part[0] !== "number") return part.forEach(walk);
    box[0] = Math.min(box[0], part[0]);
    box[1] = Math.min(box[1], part[1]);
    box[2] = Math.max(box[2], part[0]);
    box[3] = Math.max(box[3], part[1]);
  };
  for (const feature of collection.features) if (feature.geometry) walk(feature.geometry.coordinates);
  return box[0] === Infinity ? [73, 18, 135, 54] : box;
}

export function fromList(list) {
  const features = [...(list?.querySelectorAll("[data-point][data-lon]") ?? [])].map((item) => {
    const { point: id, lon, lat, state = "", number = "", label } = item.dataset;
    const link = item.querySelector(".row-link");
    return {
      type: "Feature",
      properties: { id, state, number, label: label ?? link?.textContent.trim() ?? "", href: link?.href ?? "" },
      geometry: { type: "Point", coordinates: [Number(lon), Number(lat)] },
    };
  });
  return { type: "FeatureCollection", features };
}
