// Services near me: the device's position is asked for only when somebody presses; without this the list is by category.

const form = document.getElementById("offers-form");
const here = document.getElementById("offers-here");

if ("geolocation" in navigator) {
  here.hidden = false;
  here.addEventListener("click", () => {
    here.disabled = true;
    navigator.geolocation.getCurrentPosition(found, refused, { enableHighAccuracy: true, timeout: 15000 });
  });
}

function found({ coords }) {
  form.elements.lon.value = coords.longitude.toFixed(5);
  form.elements.lat.value = coords.latitude.toFixed(5);
  form.requestSubmit();
}

function refused() {
  here.disabled = false;
  const words = document.createElement("p");
  words.className = "note note-soon";
  words.setAttribute("role", "alert");
  words.textContent = here.dataset.refused;
  document.getElementById("offers-refused")?.remove();
  words.id = "offers-refused";
  form.append(words);
}
