// Responders: where I am is asked for only when I press; a word from the street goes out as soon as it is recorded, a pick
// when it is sent.

const share = document.getElementById("respond-share");
const word = document.getElementById("respond-word");
const pick = document.getElementById("respond-pick");
const place = document.getElementById("respond-place");

function located(form, found, refused) {
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      form.elements.lon.value = coords.longitude.toFixed(5);
      form.elements.lat.value = coords.latitude.toFixed(5);
      found();
    },
    refused,
    { enableHighAccuracy: true, timeout: 15000 },
  );
}

if (share && "geolocation" in navigator) {
  const button = share.querySelector("button");
  share.hidden = false;
  share.addEventListener("submit", (event) => {
    if (share.elements.lon.value) return;
    event.preventDefault();
    button.disabled = true;
    located(
      share,
      () => share.requestSubmit(),
      () => {
        button.disabled = false;
        button.textContent = button.dataset.refused;
      },
    );
  });
}

if (word) {
  const send = () => {
    const chosen = [word.elements.photos, word.elements.audio].some((input) => input.files.length);
    if (chosen && (word.elements.lon.value || word.elements.area.value)) word.requestSubmit();
  };
  for (const name of ["photos", "audio", "area"]) word.elements[name].addEventListener("change", send);
  if ("geolocation" in navigator) {
    place.textContent = place.dataset.looking;
    located(
      word,
      () => {
        place.textContent = place.dataset.found;
        send();
      },
      () => (place.textContent = place.dataset.refused),
    );
  }
}

if (pick && "geolocation" in navigator) {
  place.textContent = place.dataset.looking;
  located(
    pick,
    () => (place.textContent = place.dataset.found),
    () => (place.textContent = place.dataset.refused),
  );
}
