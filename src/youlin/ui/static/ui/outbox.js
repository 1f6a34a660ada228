// The page's part of the one outbox: forms marked data-outbox are stored first, then sent.

import { person } from "./person.js";
import { collect, fill } from "./form-data.js";
import { drop, flush, item, items, keep, newKey, onChange } from "./outbox-core.js";
import { toast } from "./toast.js";
import { t } from "./words.js";

const EVERY = 20_000;

export const addresses = () => ({
  csrfUrl: document.body.dataset.csrfUrl,
  loginUrl: document.body.dataset.loginUrl,
});

export function setUpOutbox() {
  if (!("indexedDB" in window)) return; // forms then post as forms do
  document.addEventListener("submit", onSubmit);
  window.addEventListener("online", () => sendSoon(true));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sendSoon());
  setInterval(sendSoon, EVERY);
  onChange(announce);
  renewKeys();
  restoreFromAddress();
  receiptIsSeen().catch((error) => console.warn("outbox", error));
  sendSoon();
}

// A page that the phone has kept carries an old key: each look at a form is a new act.
function renewKeys() {
  for (const key of document.querySelectorAll("form[data-outbox] [name=idempotency_key]")) key.value = newKey();
}

// This page is a receipt that waited: it has been looked at now, not merely clicked at.
async function receiptIsSeen() {
  const here = location.pathname + location.search;
  for (const kept of await items(person())) {
    if (kept.state === "sent" && kept.receipt === here) await drop(kept.id);
  }
}

async function sendSoon(force = false) {
  if (!navigator.onLine || !(await items(person())).length) return;
  await flush({ ...addresses(), force }).catch((error) => console.warn("outbox", error));
}

async function onSubmit(event) {
  const form = event.target;
  if (!form.matches?.("form[data-outbox]") || event.defaultPrevented) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  try {
    const kept = await keep(describe(form, event.submitter));
    const outcome = await sendNow(form, kept);
    if (!outcome.answered) keptForLater(form, outcome.away);
  } catch (error) {
    console.warn("outbox", error);
    form.removeAttribute("data-outbox"); // the device will not store it: send it the ordinary way
    form.requestSubmit(event.submitter);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

// The day of the tap where the installation is: the page may be of yesterday, and may be sent tomorrow.
function today(timeZone) {
  const form = new Intl.DateTimeFormat("en-GB", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const told = Object.fromEntries(form.formatToParts(new Date()).map(({ type, value }) => [type, value]));
  return `${told.year}-${told.month}-${told.day}`;
}

function describe(form, submitter) {
  const key = form.elements.idempotency_key;
  if (key && !key.value) key.value = newKey();
  for (const day of form.querySelectorAll("input[data-today]")) day.value = today(day.dataset.today);
  const draft = form.closest("youlin-draft")?.dataset.key ?? "";
  return {
    id: key?.value || newKey(),
    url: submitter?.getAttribute("formaction") ? submitter.formAction : form.action,
    label: form.dataset.label || document.title,
    page: location.pathname + location.search,
    person: person(),
    draft,
    entries: collect(form, submitter),
  };
}

// `answered` when the server has said yes or no to this item; `away` when it is there and cannot take anything.
async function sendNow(form, kept) {
  if (!navigator.onLine) return { answered: false, away: false };
  const outcomes = await flush({ ...addresses(), force: true });
  const mine = outcomes.find((outcome) => outcome.id === kept.id);
  if (mine?.outcome === "sent") {
    form.dispatchEvent(new CustomEvent("youlin:done", { bubbles: true, detail: mine }));
    finish(form, mine.url);
    return { answered: true };
  }
  if (mine?.outcome === "refused") {
    showProblems(form, mine.problem);
    return { answered: true };
  }
  if (mine?.outcome === "signin") {
    location.assign(`${addresses().loginUrl}?next=${encodeURIComponent(kept.page)}`);
    return { answered: true };
  }
  return { answered: false, away: Boolean(mine?.away) };
}

function keptForLater(form, away) {
  toast(away ? t("系统暂时不能保存，已存在本机，恢复后自动发出。") : t("已存好，有网络就发出。"));
  navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("youlin-outbox")).catch(() => {});
  form.dispatchEvent(new CustomEvent("youlin:kept", { bubbles: true }));
  finish(form, "");
}

function finish(form, url) {
  const after = url || form.dataset.after;
  form.querySelector("[data-outbox-problems]")?.remove();
  form.reset(); // also before leaving: whoever comes back must not send the same again
  if (form.elements.idempotency_key) form.elements.idempotency_key.value = newKey();
  if (after) location.assign(after);
}

function showProblems(form, problem) {
  form.querySelector("[data-outbox-problems]")?.remove();
  const box = document.createElement("div");
  box.className = "form-errors";
  box.dataset.outboxProblems = "";
  box.tabIndex = -1;
  box.setAttribute("role", "alert");
  const title = document.createElement("h2");
  title.textContent = problem.title || t("还没有提交成功，内容已存好：");
  const list = document.createElement("ul");
  for (const { field, message, remedy } of problem.problems ?? []) {
    const line = document.createElement("li");
    line.textContent = [message, remedy].filter(Boolean).join(" ");
    form.elements[field]?.setAttribute?.("aria-invalid", "true");
    list.append(line);
  }
  box.append(title, list);
  form.prepend(box);
  box.focus();
}

function announce(change) {
  if (change.kind === "sent" && document.visibilityState === "visible") {
    toast(t("已发出：%(label)s", { label: change.label }));
  }
}

// …#outbox=<id>: the form on this page gets back what was refused, so that it can be corrected.
async function restoreFromAddress() {
  const id = location.hash.match(/^#outbox=(.+)$/)?.[1];
  if (!id) return;
  const kept = await item(decodeURIComponent(id)).catch(() => null);
  if (!kept || kept.person !== person()) return;
  const forms = [...document.querySelectorAll("form[data-outbox]")];
  const form = forms.find((candidate) => candidate.action === kept.url) ?? forms[0];
  if (!form) return;
  form.closest("youlin-draft")?.remember?.(kept.entries);
  fill(form, kept.entries);
  if (form.elements.idempotency_key) form.elements.idempotency_key.value = kept.id;
  if (kept.problem) showProblems(form, kept.problem);
}
