// The outbox without a page: what waits, and sending it. The service worker runs this too, so no `document`.
//
// An item: {id, url, label, page, person, entries, created, tries, next, state, problem}
//   id       the idempotency key: sent twice, counted once
//   state    "waiting" → gone when the server has taken it · "refused": the person must look · "signin"
//            "sent": taken, and its receipt (an address the server answered) has not been looked at yet
//   problem  {status, title, problems: [{field, message, remedy}]} for a refused item
//   away     the network is there, but the server could not take it when it was last sent (503 and its like)

import { all, get, put, remove } from "./store.js";

const BACK_OFF = [2, 5, 15, 60, 300].map((seconds) => seconds * 1000);
const PATIENCE = 15_000;
const REFUSALS = new Set([400, 403, 404, 409, 413, 415, 422]);
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("youlin-outbox") : null;
const listeners = new Set();

channel?.addEventListener("message", (event) => listeners.forEach((listener) => listener(event.data)));

export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(change) {
  listeners.forEach((listener) => listener(change));
  channel?.postMessage(change);
}

export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // pages without TLS have no randomUUID
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function keep(item) {
  const kept = { tries: 0, next: 0, state: "waiting", problem: null, created: Date.now(), ...item };
  await put("outbox", kept);
  tell({ kind: "kept", id: kept.id });
  return kept;
}

export async function drop(id) {
  await remove("outbox", id);
  tell({ kind: "dropped", id });
}

export async function items(person) {
  const kept = await all("outbox");
  return kept.filter((item) => item.person === person).sort((a, b) => a.created - b.created);
}

export const item = (id) => get("outbox", id);

export async function retry(id) {
  const kept = await get("outbox", id);
  if (kept) await put("outbox", { ...kept, state: "waiting", next: 0, problem: null });
  tell({ kind: "retry", id });
}

// Send what is due, oldest first; one tab (or the worker) at a time. `force` does not wait for the back-off.
// Resolves to the outcomes: [{id, outcome: "sent" | "refused" | "signin" | "later", url}].
export function flush({ csrfUrl, loginUrl, force = false }) {
  const work = () => sendAll({ csrfUrl, loginUrl, force });
  return navigator.locks ? navigator.locks.request("youlin-outbox", work) : work();
}

async function sendAll({ csrfUrl, loginUrl, force }) {
  const waiting = (await all("outbox")).filter((kept) => kept.state === "waiting" || kept.state === "signin");
  const due = waiting.filter((kept) => force || kept.next <= Date.now()).sort((a, b) => a.created - b.created);
  if (!due.length) return [];
  let session;
  let away = false;
  try {
    const signal = AbortSignal.timeout?.(PATIENCE); // a network that is there and does not answer is none
    const response = await fetch(csrfUrl, { credentials: "same-origin", cache: "no-store", signal });
    away = response.status >= 500;
    session = response.ok ? await response.json() : null;
  } catch {
    session = null;
  }
  if (!session) return Promise.all(due.map((kept) => notNow(kept, away))); // nothing is counted as a try
  const outcomes = [];
  for (const kept of due) {
    if (kept.person !== session.person) {
      if (kept.state !== "signin") await put("outbox", { ...kept, state: "signin" });
      outcomes.push({ id: kept.id, outcome: "signin" });
      continue;
    }
    tell({ kind: "sending", id: kept.id, at: outcomes.length + 1, of: due.length });
    outcomes.push(await sendOne(kept, session.token, loginUrl));
  }
  tell({ kind: "flushed", outcomes });
  return outcomes;
}

async function sendOne(kept, token, loginUrl) {
  const body = new FormData();
  for (const [name, value] of kept.entries) body.append(name, value);
  let response;
  try {
    response = await fetch(kept.url, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { "X-CSRFToken": token, "X-Outbox": "1", Accept: "application/json" },
    });
  } catch {
    return later(kept, false);
  }
  if (response.redirected && new URL(response.url).pathname.startsWith(loginUrl)) {
    await put("outbox", { ...kept, state: "signin" });
    return { id: kept.id, outcome: "signin" };
  }
  if (response.ok) return sent(kept, response);
  if (!REFUSALS.has(response.status)) return later(kept, response.status >= 500);
  const problem = await readProblem(response);
  await put("outbox", { ...kept, state: "refused", problem });
  tell({ kind: "refused", id: kept.id, label: kept.label });
  return { id: kept.id, outcome: "refused", problem };
}

// A JSON answer may say where to go on (href), or that there is a receipt to keep until it is looked at.
async function sent(kept, response) {
  const json = (response.headers.get("Content-Type") ?? "").includes("json");
  const { href = "", receipt = "" } = json ? await response.json().catch(() => ({})) : {};
  if (receipt) await put("outbox", { ...kept, entries: [], state: "sent", receipt });
  else await remove("outbox", kept.id);
  tell({ kind: "sent", id: kept.id, label: kept.label, draft: kept.draft });
  return { id: kept.id, outcome: "sent", url: response.redirected ? response.url : receipt || href };
}

async function later(kept, away) {
  const wait = BACK_OFF[Math.min(kept.tries, BACK_OFF.length - 1)];
  await put("outbox", { ...kept, state: "waiting", tries: kept.tries + 1, next: Date.now() + wait, away });
  return { id: kept.id, outcome: "later", away };
}

async function notNow(kept, away) {
  if (Boolean(kept.away) !== away) {
    await put("outbox", { ...kept, away });
    tell({ kind: "later", id: kept.id });
  }
  return { id: kept.id, outcome: "later", away };
}

// The reasons in words: JSON as ui.errors gives it, or a form that was rendered again with its mistakes.
async function readProblem(response) {
  const { status } = response;
  const type = response.headers.get("Content-Type") ?? "";
  try {
    if (type.includes("json")) return { status, ...(await response.json()) };
    const html = await response.text();
    if ("DOMParser" in globalThis) {
      const page = new DOMParser().parseFromString(html, "text/html");
      const told = [...page.querySelectorAll(".form-errors li, .field-error")].map((e) => e.textContent.trim());
      return { status, problems: [...new Set(told)].map((message) => ({ field: null, message, remedy: "" })) };
    }
  } catch {
    // an answer that cannot be read is still an answer: the status says which
  }
  return { status, problems: [] };
}
