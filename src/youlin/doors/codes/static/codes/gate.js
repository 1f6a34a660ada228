// At a compound's gate: after a good code one tap notes in or out, by the outbox, also without a network. The tap says
// under which key this phone reports the look itself: whichever comes first, they are one look and one passage.

import { person } from "../ui/person.js";
import { send } from "./sending.js";

const PLACE = "youlin-check-place";
const partOf = (page, name) => page.querySelector(`[data-part="${name}"]`);

// Where this phone's guard stands, if it is a compound: {name, record, gates, rules}.
export const gateOf = (known, place) => (place ? (known?.gates?.[place] ?? null) : null);

// The place that was chosen last on this phone, or the only one there is.
export function rememberPlace(page) {
  const { place } = partOf(page, "form").elements;
  if (!place) return;
  const has = (value) => [...place.options].some((one) => one.value === value);
  const last = localStorage.getItem(PLACE) ?? "";
  if (!place.value && has(last)) place.value = last;
  if (!place.value && place.options.length === 2) place.selectedIndex = 1;
  place.addEventListener("change", () => localStorage.setItem(PLACE, place.value));
}

// The gates of the chosen compound, to choose from; the one that was chosen last comes first.
export function chooseGate(page, known) {
  const field = partOf(page, "gate-field");
  const { place, gate } = partOf(page, "form").elements;
  if (!field || !place) return;
  const stand = gateOf(known, place.value);
  field.hidden = !stand?.gates.length;
  const before = gate.value || localStorage.getItem(`${PLACE}-${place.value}`) || "";
  gate.replaceChildren(gate.options[0], ...(stand?.gates ?? []).map((name) => new Option(name, name)));
  gate.value = stand?.gates.includes(before) ? before : "";
  gate.onchange = () => localStorage.setItem(`${PLACE}-${place.value}`, gate.value);
}

// What the gate's page part says of a good code: by the rules where the server has answered, else the rules themselves.
export function showGate(page, { stand, look, gate }) {
  const part = partOf(page, "gate");
  if (!part) return;
  part.hidden = !stand;
  if (!stand) return;
  const line = (name, text) => {
    partOf(page, name).hidden = !text;
    partOf(page, name).querySelector("[data-text]").textContent = text;
  };
  line("gate-told", gate && !gate.allowed ? gate.told : "");
  line("gate-open", gate?.gates.join("、") ?? "");
  line("gate-until", gate?.until ? new Date(gate.until).toLocaleString() : "");
  const rules = gate ? gate.tells : stand.rules;
  partOf(page, "gate-rules").replaceChildren(...rules.map(ruled));
  partOf(page, "gate-rules").hidden = !rules.length;
  partOf(page, "gate-more").href = stand.page;
  if (part.dataset.key === look.key) return; // the server's answer to the same look: what was pressed stays pressed
  part.dataset.key = look.key;
  partOf(page, "gate-done").textContent = "";
  for (const button of part.querySelectorAll("[data-way]")) {
    button.disabled = false;
    button.onclick = () => note(page, stand, look, button);
  }
}

// A rule as a line: in the guard's words, and in the other language for whoever is shown it. The server's are words alone.
function ruled(rule) {
  const { text, other, lang } = typeof rule === "string" ? { text: rule } : rule;
  const line = Object.assign(document.createElement("li"), { textContent: text });
  if (other) line.append(Object.assign(document.createElement("span"), { className: "codes-other", lang, textContent: other }));
  return line;
}

async function note(page, stand, look, button) {
  const ways = [...partOf(page, "gate").querySelectorAll("[data-way]")];
  for (const one of ways) one.disabled = true;
  const { way } = button.dataset;
  const entries = Object.entries({
    code: look.code,
    at: look.at,
    told: look.told,
    known: look.known,
    look: look.key,
    direction: way,
    gate: partOf(page, "form").elements.gate.value,
    idempotency_key: `${look.key}-${way}`,
  });
  const label = `${stand.name} ${button.textContent.trim()}`;
  const item = { id: `${look.key}-${way}`, url: stand.record, label, page: location.pathname, person: person(), draft: "", entries };
  const answered = await send(item, true);
  partOf(page, "gate-done").textContent = answered ? button.dataset.done : button.dataset.kept;
  ways.find((one) => one !== button).disabled = false; // in and out again at once: both are counted
  partOf(page, "next").focus();
}
