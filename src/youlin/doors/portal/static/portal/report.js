/* The report form: a recommended category is one tap, the position one tap, and what is known nearby shows at once.
   Without this script the form still works: choose category and street by hand. */

const form = document.getElementById("report-form");
const category = document.getElementById("id_category");
const lon = document.getElementById("id_lon");
const lat = document.getElementById("id_lat");
const nearby = document.getElementById("nearby");
const here = document.getElementById("here");
const words = document.getElementById("place-words");

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-category]");
  if (!chip) return;
  category.value = chip.dataset.category;
  category.dispatchEvent(new Event("change", { bubbles: true }));
  for (const other of document.querySelectorAll("[data-category]")) {
    other.setAttribute("aria-pressed", String(other === chip));
  }
});

// What was typed before the scripts were there, or restored, deserves its recommendation too.
function suggest() {
  const text = document.getElementById("id_text");
  if (text.value && !category.value) text.dispatchEvent(new Event("input", { bubbles: true }));
}

async function showNearby() {
  if (!lon.value || !lat.value) return;
  const query = new URLSearchParams({ lon: lon.value, lat: lat.value, category: category.value });
  try {
    const answer = await fetch(`${nearby.dataset.url}?${query}`);
    if (answer.ok) nearby.innerHTML = await answer.text();
  } catch {
    nearby.replaceChildren();
  }
}

form.addEventListener("place-picked", showNearby);
form.addEventListener("draft-restored", () => {
  suggest();
  showNearby();
});
category.addEventListener("change", showNearby);

if ("geolocation" in navigator) {
  here.hidden = false;
  here.addEventListener("click", () => {
    here.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        here.disabled = false;
        words.textContent = "";
        lon.value = coords.longitude.toFixed(6);
        lat.value = coords.latitude.toFixed(6);
        for (const input of [lat, lon]) input.dispatchEvent(new Event("change", { bubbles: true })); // the map's pin follows
        showNearby();
      },
      () => {
        here.disabled = false;
        words.textContent = words.dataset.refused;
      },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
}

// A new report begins without the last one's place.
form.addEventListener("reset", () => {
  for (const input of [lat, lon]) {
    input.value = "";
    input.dispatchEvent(new Event("change")); // the pin goes; the draft, which has ended, does not hear it
  }
  nearby.replaceChildren();
  document.getElementById("questions").replaceChildren();
  words.textContent = "";
});

// Whoever stays unnamed leaves no number.
const unnamed = form.elements.anonymous;
const contact = form.elements.contact;
function agree() {
  if (contact) contact.disabled = unnamed.checked;
}
unnamed.addEventListener("change", agree);
form.addEventListener("reset", () => setTimeout(agree));
form.addEventListener("draft-restored", agree);
agree();

showNearby();
document.addEventListener("DOMContentLoaded", suggest);
// Without a network nothing is recommended; that is no failure to stop anybody for.
document.getElementById("suggestions").addEventListener("htmx:sendError", (event) => event.stopPropagation());
