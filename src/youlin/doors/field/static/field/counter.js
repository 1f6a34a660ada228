// A shop's counter: one scan gives the reward. A voucher is checked on this phone alone where there is no network, and
// its redemption waits in the outbox; what it stands for was held in the books before it was signed.

import { get, put } from "../codes/kept.js";
import { load, now, refresh } from "../codes/known.js";
import { canVerify, judged } from "../codes/reading.js";
import { camera } from "../ui/camera.js";
import { csrfFromCookie } from "../ui/csrf.js";
import { keepFiles } from "../ui/keep-files.js";
import { drop, keep, newKey } from "../ui/outbox-core.js";
import { person } from "../ui/person.js";

const PATIENCE = 4000;
const USED = "vouchers-used";
const REMEMBERED = 4 * 24 * 3600_000;
const page = document.querySelector("[data-counter]");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const words = JSON.parse(document.getElementById("counter-words").textContent);
const rewards = JSON.parse(document.getElementById("counter-rewards").textContent);
const eye = camera(page, onText);
let known;
let able = false;
let busy = false;

async function start() {
  able = await canVerify();
  known = await load();
  part("form").addEventListener("submit", onTyped);
  part("next").addEventListener("click", next);
  addEventListener("online", renew);
  await renew();
  page.dataset.ready = "";
  const files = ["codes/kept.js", "codes/known.js", "codes/reading.js", "codes/codes.css", "field/counter.js"].map((name) => new URL(`../${name}`, import.meta.url).href);
  keepFiles(files).catch(() => {});
}

async function renew() {
  if (navigator.onLine) known = await refresh(page.dataset.known, known).catch(() => known);
}

async function onTyped(event) {
  event.preventDefault();
  const text = part("form").elements.code.value.trim();
  if (text) await onText(text);
  else part("form").elements.code.focus();
}

async function onText(text) {
  if (busy) return;
  busy = true;
  try {
    await answer(text);
  } finally {
    busy = false;
  }
}

async function answer(text) {
  if (!text) return tell("late", words.unread);
  const at = now(known);
  const found = able && known ? await judged(text, known, page.dataset.district, at / 1000) : { reason: "" };
  if (found.claims?.kind === "voucher") return voucher(text, found, at);
  if (!navigator.onLine) return tell("soon", words.offline);
  const reward = part("form").elements.reward.value;
  if (!reward && found.reason === "valid") return tell("soon", words.choose);
  await ask(item({ code: text, reward }));
}

// Asked again it is the same item under the same key: given once, however often an answer is lost.
async function ask(asked) {
  const told = await send(asked);
  if (told) return finish(told);
  tell("soon", words.unsure);
  part("retry").hidden = false;
  part("retry").onclick = () => ask(asked);
}

async function voucher(text, { reason, claims }, at) {
  const name = rewards[claims.label];
  if (reason === "valid" && !name) return tell("late", words.elsewhere);
  if (reason !== "valid" && reason !== "revoked") return tell("late", words.reasons[reason] ?? reason);
  const used = await remembered(at);
  if (used[claims.number]) return tell("late", words.again, new Date(used[claims.number]).toLocaleTimeString());
  if (reason === "revoked" && !navigator.onLine) return tell("late", words.reasons.revoked);
  const waiting = item({ code: text, told: reason, at: String(Math.round(at)) });
  const isKept = reason === "valid" && (await keep(waiting).then(Boolean, () => false));
  const told = await send(waiting);
  if (!told && !isKept) return tell("late", reason === "valid" ? words.unsure : words.reasons.revoked);
  if (!told || told.ok) await put(USED, { ...used, [claims.number]: at }).catch((error) => console.warn("used", error));
  if (told) {
    await drop(waiting.id);
    return finish(told);
  }
  return tell("ok", words.kept, name, words.keptMore);
}

// What this phone has taken lately, so that it is not taken twice before the books know.
async function remembered(at) {
  const used = (await get(USED).catch(() => undefined)) ?? {};
  return Object.fromEntries(Object.entries(used).filter(([, when]) => at - when < REMEMBERED));
}

function item(values) {
  const id = newKey();
  const entries = Object.entries({ ...values, idempotency_key: id });
  return { id, url: page.dataset.url, label: page.dataset.label, page: location.pathname, person: person(), draft: "", entries };
}

// {ok, …} as the server says it; nothing where it could not be asked.
async function send({ url, entries }) {
  if (!navigator.onLine) return null;
  const body = new FormData();
  for (const [name, value] of entries) body.append(name, value);
  const headers = { "X-CSRFToken": csrfFromCookie(), Accept: "application/json", "X-Outbox": "1" };
  try {
    const response = await fetch(url, { method: "POST", body, credentials: "same-origin", headers, signal: AbortSignal.timeout(PATIENCE) });
    if (response.redirected || response.status >= 500 || response.status === 429) return null;
    return { ok: response.ok, ...(await response.json()) };
  } catch {
    return null;
  }
}

function finish(told) {
  if (told.ok) return tell("ok", words.done, told.who, told.name, told.left);
  const lines = (told.problems ?? []).flatMap(({ message, remedy }) => [message, remedy]).filter(Boolean);
  return tell("late", lines[0] ?? told.title, ...lines.slice(1));
}

function tell(state, title, ...lines) {
  const result = part("result");
  result.dataset.state = state;
  part("told").textContent = title;
  part("lines").replaceChildren(
    ...lines.filter(Boolean).map((text) => Object.assign(document.createElement("p"), { className: "codes-line", textContent: text })),
  );
  part("retry").hidden = true;
  result.hidden = false;
  part("scan").hidden = true;
  part("told").focus({ preventScroll: true });
  result.scrollIntoView({ block: "nearest" });
  navigator.vibrate?.(state === "ok" ? 60 : [120, 80, 120]);
}

function next() {
  part("result").hidden = true;
  part("scan").hidden = false;
  part("form").elements.code.value = "";
  eye.resume();
}

start();
