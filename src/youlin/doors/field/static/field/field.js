/* Keep the pages of today's cases for the time without a network, and fill in the position when asked. */

for (const link of document.querySelectorAll("a[data-keep]")) {
  if (navigator.onLine) fetch(link.href, { headers: { Accept: "text/html" } }).catch(() => {});
}

const here = document.querySelector("[data-here]");
if (here && "geolocation" in navigator) {
  const words = document.querySelector("[data-here-words]");
  here.hidden = false;
  here.closest("form").addEventListener("reset", ({ target }) => {
    for (const name of ["lon", "lat"]) target.elements[name].value = ""; // the next report lies elsewhere
    words.textContent = "";
  });
  here.addEventListener("click", () => {
    here.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        here.disabled = false;
        const form = here.closest("form");
        form.elements.lon.value = coords.longitude.toFixed(6);
        form.elements.lat.value = coords.latitude.toFixed(6);
        words.textContent = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)} ± ${Math.round(coords.accuracy)} m`;
      },
      () => {
        here.disabled = false;
        words.textContent = words.dataset.refused;
      },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
}
