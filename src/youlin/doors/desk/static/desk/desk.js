// The desk's third pane: the open case is marked in the list, also after the list has refreshed itself; an act done
// refreshes list and map; a case that changed elsewhere is shown anew unless somebody is busy in it.

const desk = document.querySelector(".desk");
const detail = document.getElementById("detail");
const rows = document.getElementById("rows");

const open = () => detail.querySelector("[data-case]");

function mark() {
  const number = open()?.dataset.case ?? "";
  for (const row of rows.querySelectorAll(".list-row")) {
    const chosen = row.dataset.point === number;
    row.classList.toggle("is-selected", chosen);
    const link = row.querySelector(".row-link");
    if (chosen) link?.setAttribute("aria-current", "true");
    else link?.removeAttribute("aria-current");
  }
  desk.classList.toggle("is-open", Boolean(detail.firstElementChild && !detail.querySelector("[data-nothing]")));
}

function refreshCase() {
  const shown = open();
  if (!shown || "asking" in shown.dataset || detail.contains(document.activeElement)) return;
  if (detail.querySelector("details[open], .htmx-request, [data-kept]")) return;
  const row = rows.querySelector(`[data-point="${CSS.escape(shown.dataset.case)}"]`);
  if (!row || row.dataset.version === shown.dataset.version) return;
  window.htmx.ajax("GET", row.querySelector(".row-link").href, { target: detail, swap: "innerHTML" });
}

document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target === detail) desk.dataset.from = detail.contains(document.activeElement) ? "detail" : "";
});

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== detail) return;
  mark();
  // Who worked in the pane goes on there; who walks through the list stays in the list.
  if (desk.dataset.from && !detail.contains(document.activeElement)) detail.querySelector("h2")?.focus();
});

rows.addEventListener("live-updated", () => {
  mark();
  refreshCase();
});

document.body.addEventListener("youlin:changed", () => {
  rows.dispatchEvent(new CustomEvent("youlin:refresh"));
  document.querySelector("youlin-map")?.dispatchEvent(new CustomEvent("youlin:refresh"));
});

for (const form of document.querySelectorAll("[data-choose]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

mark();
