// A call on one screen: a recommended category, a place, an earlier answer are one key each; the button says whether a
// new case is made or the call joins an earlier one. Without this script the form still works by hand.

const form = document.getElementById("call");
const field = (name) => form.elements.namedItem(name);
const register = document.getElementById("register");

function choose(name, value) {
  const input = field(name);
  if (!input || value === undefined) return;
  input.value = value;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

// A grid or a street's own code may not be in the list: the nearest area above it that is.
function chooseArea(code) {
  const select = field("area");
  for (let part = code; part; part = part.slice(0, -3)) {
    if ([...select.options].some((option) => option.value === part)) return choose("area", part);
  }
}

function about() {
  const chosen = form.querySelector('[name="about"]:checked, [name="about"][type=hidden]')?.value ?? "";
  register.firstElementChild.textContent = chosen ? register.dataset.again : register.dataset.new;
}

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("[data-category], [data-place], [data-answer]");
  if (!target) return;
  if (target.dataset.category) {
    choose("category", target.dataset.category);
    for (const other of document.querySelectorAll("[data-category]")) other.setAttribute("aria-pressed", String(other === target));
  } else if (target.dataset.answer) {
    choose("answer", target.dataset.answer);
    field("answer").focus();
  } else {
    chooseArea(target.dataset.area);
    if (target.dataset.address) choose("address", target.dataset.address);
    choose("lat", target.dataset.lat);
    choose("lon", target.dataset.lon);
  }
});

// Alt+E goes to the list of earlier cases; its arrows are the browser's own.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.code !== "KeyE") return;
  const first = form.querySelector('[name="about"]:checked');
  if (!first) return;
  event.preventDefault();
  first.focus();
});

form.addEventListener("change", (event) => {
  if (event.target.name === "about") about();
});

document.body.addEventListener("htmx:afterSwap", about);

// A browser fills forms again when one comes back, and drafts are restored after the page is there.
function again() {
  for (const name of ["phone", "text"]) {
    if (field(name).value) field(name).dispatchEvent(new CustomEvent("youlin:again"));
  }
}

form.addEventListener("draft-restored", again);
document.addEventListener("draft-restored", again);
window.addEventListener("load", again);
about();
