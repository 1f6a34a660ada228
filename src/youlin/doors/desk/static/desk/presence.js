// Says every twenty seconds that this case is open here (looking, or writing in a form) and shows who else has it
// open. A hidden page says nothing.

import { csrfFromCookie } from "../ui/csrf.js";

const EVERY = 20_000;
const detail = document.getElementById("detail");
let number = "";

const open = () => detail?.querySelector("[data-case]");
const address = (of) => `/desk/case/${encodeURIComponent(of)}/here/`;

function post(of, doing, options = {}) {
  return fetch(address(of), {
    method: "POST",
    body: new URLSearchParams({ doing }),
    headers: { "X-CSRFToken": csrfFromCookie(), "HX-Request": "true" },
    credentials: "same-origin",
    ...options,
  });
}

function place(shown) {
  const found = detail.querySelector("#present");
  if (found) return found;
  const made = Object.assign(document.createElement("p"), { id: "present", className: "desk-present small" });
  made.setAttribute("role", "status");
  shown.querySelector("header")?.append(made);
  return made;
}

async function tell() {
  const shown = open();
  if (!shown || document.visibilityState !== "visible" || !navigator.onLine) return;
  const of = shown.dataset.case;
  try {
    const response = await post(of, "asking" in shown.dataset ? "writing" : "looking");
    if (!response.ok || response.redirected || open() !== shown) return;
    const html = (await response.text()).trim();
    const target = place(shown);
    if (target.innerHTML !== html) target.innerHTML = html;
  } catch {
    // no answer now; the next round asks again
  }
}

function moved() {
  const now = open()?.dataset.case ?? "";
  if (number && number !== now) post(number, "gone", { keepalive: true }).catch(() => {});
  number = now;
  tell();
}

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target === detail) moved();
});
window.addEventListener("pagehide", () => {
  if (number) post(number, "gone", { keepalive: true }).catch(() => {});
});
document.addEventListener("visibilitychange", tell);
setInterval(tell, EVERY);
moved();
