// The checker's page: a frame of the camera becomes an answer on this phone, then the look is reported.

import { camera } from "../ui/camera.js";
import { keepFiles } from "../ui/keep-files.js";
import { newKey } from "../ui/outbox-core.js";
import { person } from "../ui/person.js";
import { chooseGate, gateOf, rememberPlace, showGate } from "./gate.js";
import { load, now, refresh } from "./known.js";
import { canVerify, judged, needed } from "./reading.js";
import { send } from "./sending.js";

const EVERY = 5 * 60_000;
const AGAIN = 120_000;
const A_MOMENT = 600;
const page = document.querySelector("[data-check]");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const seen = new Map();
let known;
let able = false;
let eye;

async function start() {
  able = await canVerify();
  part("unable").hidden = able;
  known = await load();
  tellAge();
  rememberPlace(page);
  chooseGate(page, known);
  setInterval(tellAge, 30_000);
  setInterval(renew, EVERY);
  addEventListener("online", renew);
  part("next").addEventListener("click", next);
  part("form").addEventListener("submit", onTyped);
  part("form").elements.place?.addEventListener("change", () => chooseGate(page, known));
  eye = camera(page, (text, since) => (text ? answer(text, since) : show({ reason: "not_ours" })));
  await renew();
  if (location.hash.length > 20) {
    const code = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    await answer(code);
  }
  page.dataset.ready = "";
  const files = ["check.js", "gate.js", "kept.js", "known.js", "reading.js", "sending.js", "codes.css"].map((name) => new URL(name, import.meta.url).href);
  keepFiles([...files, ...(await needed())]).catch(() => {});
}

async function renew() {
  if (navigator.onLine) known = await refresh(page.dataset.known, known).catch(() => known);
  tellAge();
  chooseGate(page, known);
}

// How old is what this phone knows: the checker decides whether that is good enough.
function tellAge() {
  const age = part("age");
  if (!known) {
    age.textContent = age.dataset.none;
    age.dataset.state = "late";
    return;
  }
  const minutes = Math.max(0, Math.floor((now(known) - known.at) / 60_000));
  const [n, words] = minutes < 60 ? [minutes, "minutes"] : minutes < 2880 ? [Math.floor(minutes / 60), "hours"] : [Math.floor(minutes / 1440), "days"];
  age.textContent = age.dataset[words].replace("{n}", n);
  age.dataset.state = minutes < 24 * 60 ? "ok" : "soon";
}

async function onTyped(event) {
  event.preventDefault();
  const field = part("form").elements.code;
  const text = field.value.trim();
  if (!text) return field.focus();
  if (text.length > 24) return answer(text);
  const told = await report({ code: text, key: newKey(), waits: false });
  if (told) show({ ...told, number: true });
  else part("typed-offline").hidden = false;
}

// The answer first, from this phone alone; then the report, and what the server knows besides.
async function answer(text, since = performance.now()) {
  eye.stop();
  const at = now(known);
  const district = part("form").elements.district.value;
  const found = able && known ? await judged(text, known, district, at / 1000) : { reason: "" };
  const key = newKey();
  const look = { code: text.slice(0, 1300), told: found.reason, at: String(Math.round(at)), known: String(known?.at ?? ""), key };
  const again = seenBefore(found, at);
  const asked = report({ ...look, waits: true });
  const patient = ruled(found) && navigator.onLine;
  const first = patient ? await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, A_MOMENT))]) : null;
  if (found.reason && !first) show({ ...found, seen: again, look });
  page.dataset.took = (performance.now() - since).toFixed(1);
  const told = first || (await asked);
  if (told) show({ ...found, ...told, look });
  else if (!found.reason) show({ reason: "unknown_key" });
}

// Where rules of the compound have the last word, the server is given a moment to say it before the guard is asked to.
function ruled({ reason }) {
  return reason === "valid" && gateOf(known, part("form").elements.place?.value)?.rules.length > 0;
}

// The same step shown once more on this phone: a clock time, else nothing.
function seenBefore({ reason, claims, step }, at) {
  if (reason !== "valid" || step === null) return "";
  for (const [key, when] of seen) if (at - when > AGAIN) seen.delete(key);
  const key = `${claims.number}.${step}`;
  const before = seen.get(key);
  if (!before) seen.set(key, at);
  return before ? new Date(before).toLocaleTimeString() : "";
}

function report({ code, told = "", at = "", known: learnt = "", key, waits }) {
  const { place, gate, district } = part("form").elements;
  const entries = Object.entries({
    code,
    told,
    at,
    known: learnt,
    place: place?.value ?? "",
    gate: gate?.value ?? "",
    district: district.value,
    idempotency_key: key,
  });
  const item = { id: key, url: page.dataset.url, label: page.dataset.label, page: location.pathname, person: person(), draft: "", entries };
  return send(item, waits);
}

function show({ reason, claims, kind, until, shows = [], seen: again = "", elsewhere = "", look, gate }) {
  const against = reason === "valid" && gate && !gate.allowed;
  const stand = reason === "valid" && look ? gateOf(known, part("form").elements.place?.value) : null;
  const alone = stand?.rules.length && !gate; // whether the rules let somebody in is the server's to say, or the guard's
  const template = page.querySelector(`template[data-reason="${against ? "gate_rule" : alone ? "gate_alone" : reason}"]`);
  const result = part("result");
  result.dataset.state = template.dataset.state;
  result.dataset.reason = reason;
  part("words").replaceChildren(template.content.cloneNode(true));
  const kinds = Object.values(known?.kinds ?? {}).find((one) => one[claims?.kind]);
  const name = kind || kinds?.[claims?.kind]?.name || "";
  const end = until || (claims && reason === "valid" ? new Date(claims.expires * 1000).toLocaleString() : "");
  line("kind", [name, claims?.label].filter(Boolean).join(" · "));
  line("until", end);
  line("shows", shows.join(" · "));
  line("seen", again);
  line("elsewhere", elsewhere);
  showGate(page, { stand, look, gate });
  result.hidden = false;
  part("scan").hidden = true;
  part("words").focus({ preventScroll: true });
  result.scrollIntoView({ block: "nearest" });
  navigator.vibrate?.(reason === "valid" ? 60 : [120, 80, 120]);
  if (part("sound").checked) beep(reason === "valid");
}

function line(name, text) {
  const row = part(name);
  row.hidden = !text;
  row.querySelector("[data-text]").textContent = text;
}

function beep(good) {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  tone.frequency.value = good ? 880 : 220;
  tone.connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + (good ? 0.12 : 0.4));
  tone.onended = () => audio.close();
}

function next() {
  part("result").hidden = true;
  part("scan").hidden = false;
  part("typed-offline").hidden = true;
  part("form").elements.code.value = "";
  delete page.dataset.took;
  if (!eye.resume()) part("start").focus();
}

start();
