// Whoever scans a code with any camera comes here: it is proved in this browser, and the address forgets it.

import { canVerify, judged, listOf } from "./reading.js";

const page = document.querySelector("[data-landing]");
const part = (name) => page.querySelector(`[data-part="${name}"]`);

async function start() {
  const code = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  if (!code) return;
  part("empty").hidden = true;
  part("check").href = `${part("check").getAttribute("href")}#${code.slice(0, 1200)}`;
  if (!(await canVerify())) return show("unable");
  const { keys } = await (await fetch(page.dataset.keys)).json();
  const lists = {};
  const whose = JSON.parse(page.dataset.lists);
  for (const district of new Set(keys.map((key) => key.district))) {
    const text = whose[district] && (await (await fetch(whose[district])).text());
    if (text) lists[district] = await listOf(text, keys, district).catch(() => undefined);
  }
  const found = await judged(code, { keys, lists }, "", Date.now() / 1000);
  show(found.reason);
  if (found.reason === "valid") await tellMore(found.claims);
}

function show(reason) {
  const template = page.querySelector(`template[data-reason="${reason}"]`);
  const result = part("result");
  result.dataset.state = template.dataset.state;
  result.dataset.reason = reason;
  part("words").replaceChildren(template.content.cloneNode(true));
  result.hidden = false;
}

async function tellMore(claims) {
  part("label").textContent = claims.label;
  const response = await fetch(`${page.dataset.see}?n=${encodeURIComponent(claims.number)}`);
  if (!response.ok) return;
  const told = await response.json();
  part("label").textContent = [told.kind, ...told.shows, claims.label, told.district].filter(Boolean).join(" · ");
  if (told.link) {
    part("more").href = told.link;
    part("more").hidden = false;
  }
}

start().catch((error) => {
  console.warn("code", error);
  show("unable");
});
