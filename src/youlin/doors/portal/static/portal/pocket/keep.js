// Once a page stands still, the district is kept on the device: its places with their opening hours, and the map.

const LATER = 5000;
const meta = document.querySelector('meta[name="youlin-district"]');

if (meta && "serviceWorker" in navigator && !navigator.connection?.saveData) {
  addEventListener("load", () => (window.requestIdleCallback ?? setTimeout)(ask), { once: true });
  if (document.readyState === "complete") ask();
}

async function tell(message) {
  (await navigator.serviceWorker.ready).active?.postMessage(message);
}

function ask() {
  const areas = document.querySelector("youlin-map")?.dataset.areas;
  tell({ kind: "keep-part", district: meta.content, language: document.documentElement.lang, areas });
  setTimeout(keepMap, LATER);
}

// What the moving map is made of: once for each version, long after the page itself.
function keepMap() {
  const vendor = new URL("../../vendor/maplibre-gl/", import.meta.url);
  const files = ["maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css"];
  tell({ kind: "keep-static", urls: files.map((name) => new URL(name, vendor).pathname) });
}
