// Finding a place or a meal: the map follows the list, and the device's position is asked for only when somebody presses.
// Without this script the form still finds: press its button.

const form = document.getElementById("places-form");
const map = document.getElementById("places-map");
const here = document.getElementById("places-here");

// The answers say which search they answer; the map shows the same.
function follow() {
  const query = document.getElementById("answers")?.dataset.query;
  if (map && query !== undefined) map.dataset.points = `${map.dataset.pointUrl}?${query}`;
}
document.addEventListener("htmx:afterSettle", follow);

// A page that the device wrote itself has an empty form: what the address asks for is put in.
function restore() {
  const asked = new URLSearchParams(location.search);
  for (const input of form.elements) {
    if (!input.name || !asked.has(input.name) || input.name === "district") continue;
    if (input.type === "checkbox") input.checked = asked.getAll(input.name).includes(input.value);
    else input.value = asked.get(input.name);
  }
  follow();
}
if (document.getElementById("answers")?.dataset.kept) restore();

// A moment chosen and "open now" exclude each other.
form.addEventListener("change", ({ target }) => {
  if (target.name === "open" && target.checked && form.elements.at) form.elements.at.value = "";
  if (target.name === "at" && target.value) form.elements.open.checked = false;
}, { capture: true });

// Another district is another page: its streets, its kinds, its map.
form.elements.district?.addEventListener("change", (event) => {
  event.stopPropagation();
  location.assign(`?district=${encodeURIComponent(event.target.value)}`);
});

if (map && "geolocation" in navigator) {
  here.hidden = false;
  here.addEventListener("click", () => {
    here.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        here.disabled = false;
        place({ lon: coords.longitude.toFixed(5), lat: coords.latitude.toFixed(5) });
      },
      () => {
        here.disabled = false;
        refused();
      },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
}

function place(found) {
  for (const name of ["lon", "lat"]) {
    const input = map.querySelector(`[name="${name}"]`);
    input.value = found[name];
    input.dispatchEvent(new Event("change")); // the map's pin follows
  }
  map.dispatchEvent(new CustomEvent("place-picked", { bubbles: true, detail: found }));
}

function refused() {
  let words = document.getElementById("places-refused");
  if (!words) {
    words = document.createElement("p");
    words.id = "places-refused";
    words.className = "note note-soon";
    words.setAttribute("role", "alert");
    form.append(words);
  }
  words.textContent = map.dataset.refused;
}
