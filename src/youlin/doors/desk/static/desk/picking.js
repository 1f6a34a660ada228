// Rows are chosen by click, shift-click, or keyboard: x the row in focus, Shift+j/k on the way, * the whole page,
// Escape none. What was chosen stays chosen when the list refreshes itself; the number is said aloud.

import { t } from "../ui/words.js";

const main = document.querySelector(".desk-main");
const rows = document.getElementById("rows");
const form = document.getElementById("many");
const voice = document.getElementById("many-voice");
const all = document.getElementById("pick-all");
const mode = document.querySelector("[data-pick-mode]");
const chosen = new Set();
let anchor = null;

const boxes = () => [...rows.querySelectorAll("input[name=number]")];
const items = () => [...rows.querySelectorAll(".list-row")];
const boxOf = (row) => row?.querySelector("input[name=number]");
const focusedRow = () => document.activeElement?.closest?.("#rows .list-row") ?? rows.querySelector(".is-selected");

function show({ say = true } = {}) {
  for (const box of boxes()) {
    box.checked = chosen.has(box.value);
    box.closest(".list-row").classList.toggle("is-picked", box.checked);
  }
  const total = Number(rows.querySelector("[data-total]")?.dataset.total ?? 0);
  const count = all?.checked ? total : chosen.size;
  form.querySelector("[data-count]").textContent = count;
  main.classList.toggle("has-picked", count > 0);
  if (say) voice.textContent = count ? t("已选 %(n)s 件", { n: count }) : t("没有选中的案件");
}

function set(box, on) {
  if (on) chosen.add(box.value);
  else chosen.delete(box.value);
}

function through(from, to, on) {
  const list = boxes();
  const [first, last] = [list.indexOf(from), list.indexOf(to)].sort((a, b) => a - b);
  for (const box of list.slice(Math.max(first, 0), last + 1)) set(box, on);
}

rows.addEventListener("click", (event) => {
  const box = event.target.closest("input[name=number]");
  if (!box) return;
  const from = anchor && boxes().find((one) => one.value === anchor);
  if (event.shiftKey && from) through(from, box, box.checked);
  else set(box, box.checked);
  anchor = box.value;
  show();
});

function toggleFocused() {
  const box = boxOf(focusedRow());
  if (!box) return;
  set(box, !chosen.has(box.value));
  anchor = box.value;
  show();
}

function walk(step) {
  const list = items();
  const place = list.indexOf(focusedRow());
  const next = list[Math.min(Math.max(place + step, 0), list.length - 1)];
  if (place >= 0) set(boxOf(list[place]), true);
  set(boxOf(next), true);
  next.querySelector(".row-link").focus();
  next.scrollIntoView({ block: "nearest" });
  show();
}

function clear() {
  chosen.clear();
  if (all) all.checked = false;
  main.classList.remove("is-picking");
  mode?.setAttribute("aria-pressed", "false");
  show();
}

const KEYS = {
  x: toggleFocused,
  J: () => walk(1),
  K: () => walk(-1),
  "*": () => {
    const every = boxes().every((box) => chosen.has(box.value));
    for (const box of boxes()) set(box, !every);
    show();
  },
  r: () => rows.dispatchEvent(new CustomEvent("youlin:refresh")),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], dialog");
  if (typing || event.target.closest?.(".maplibregl-map")) return;
  const keys = document.querySelector("youlin-keys");
  if (keys?.off || keys?.waiting || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});

all?.addEventListener("change", () => show());
form.querySelector("[data-unpick]").addEventListener("click", clear);
mode?.addEventListener("click", () => {
  const on = main.classList.toggle("is-picking");
  mode.setAttribute("aria-pressed", String(on));
  if (!on) clear();
});

// What has left the list is no longer chosen.
rows.addEventListener("live-updated", () => {
  const there = new Set(boxes().map((box) => box.value));
  const before = chosen.size;
  for (const number of chosen) if (!there.has(number)) chosen.delete(number);
  show({ say: chosen.size !== before });
});

// A page that came back with the browser's back button may have kept its ticks.
for (const box of boxes()) if (box.checked) chosen.add(box.value);
show({ say: false });
