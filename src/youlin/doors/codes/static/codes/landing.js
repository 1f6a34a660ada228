// Whoever scans a code with any camera comes here: it is proved in this browser, and the address forgets it. Keys and
// lists stay on the phone, so that a certificate can be checked where there is no network, too.

import { keepFiles } from "../ui/keep-files.js";
import { get, put } from "./kept.js";
import { canVerify, judged, listOf, needed } from "./reading.js";

const KEY = "landing";
const page = document.querySelector("[data-landing]");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const kinds = JSON.parse(page.dataset.kinds);

async function start() {
  const code = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  if (code) part("empty").hidden = true;
  part("check").href = code ? `${part("check").getAttribute("href")}#${code.slice(0, 1200)}` : part("check").href;
  if (!(await canVerify())) return code && show("unable");
  const known = await ask().catch(() => kept());
  if (code) await answer(code, known);
  page.dataset.ready = "";
  const files = ["landing.js", "kept.js", "reading.js", "codes.css"].map((name) => new URL(name, import.meta.url).href);
  keepFiles([...files, ...(await needed())]).catch(() => {});
}

async function answer(code, known) {
  if (!known) return show("unable");
  const found = await judged(code, known, "", Date.now() / 1000);
  show(found.reason);
  tellAge(known);
  if (found.reason === "valid") await tellMore(found.claims);
}

// What the server publishes now; kept for when it cannot be asked. Throws without a network.
async function ask() {
  const { keys } = await (await fetch(page.dataset.keys)).json();
  const lists = {};
  const whose = JSON.parse(page.dataset.lists);
  for (const district of new Set(keys.map((key) => key.district))) {
    const text = whose[district] && (await (await fetch(whose[district])).text());
    if (text) lists[district] = await listOf(text, keys, district).catch(() => undefined);
  }
  const known = { at: Date.now(), keys, lists };
  await put(KEY, known).catch((error) => console.warn("kept", error));
  return known;
}

const kept = async () => {
  const known = await get(KEY).catch(() => undefined);
  return known && { ...known, old: true };
};

function tellAge({ old, at }) {
  const line = part("age");
  line.hidden = !old;
  line.textContent = line.dataset.text.replace("{time}", new Date(at).toLocaleString());
}

function show(reason) {
  const template = page.querySelector(`template[data-reason="${reason}"]`);
  const result = part("result");
  result.dataset.state = template.dataset.state;
  result.dataset.reason = reason;
  part("words").replaceChildren(template.content.cloneNode(true));
  result.hidden = false;
}

// What the code says itself, then what its kind lets the server add. A kind that tells nobody more is answered 404.
async function tellMore(claims) {
  say(kinds[claims.kind], claims.label);
  const response = await fetch(`${page.dataset.see}?n=${encodeURIComponent(claims.number)}`).catch(() => undefined);
  if (!response?.ok) return;
  const told = await response.json();
  const more = told.shows.filter((text) => text !== claims.label);
  say(told.kind, claims.label, ...more, told.district);
  if (told.link) {
    part("more").href = told.link;
    part("more").hidden = false;
  }
}

function say(...texts) {
  const items = texts.filter(Boolean).map((text) => Object.assign(document.createElement("li"), { textContent: text }));
  part("said").replaceChildren(...items);
}

start().catch((error) => {
  console.warn("code", error);
  show("unable");
});
