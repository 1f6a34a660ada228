// What every page needs: elements load when they appear, htmx gets its token, failures are told in words,
// dialogs open, toasts leave, the theme turns. Each custom element is a module of its own in elements/.

import { wordsReady, t } from "./words.js";
import { toast } from "./toast.js";
import { csrfFromCookie } from "./csrf.js";
import { setUpDrafts } from "./drafts.js";
import { setUpOutbox } from "./outbox.js";
import { person } from "./person.js";

const loaded = new Set();

// Load ./elements/<name>.js for each <youlin-name> that is in the page and is not the page's own (data-own).
function loadElements(root) {
  for (const element of root.querySelectorAll(":not(:defined, [data-own])")) {
    const tag = element.localName;
    if (!tag.startsWith("youlin-") || loaded.has(tag)) continue;
    loaded.add(tag);
    import(`./elements/${tag.slice("youlin-".length)}.js`).catch((error) => console.error(tag, error));
  }
}

function setUpHtmx() {
  document.body.addEventListener("htmx:configRequest", (event) => {
    const token = csrfFromCookie();
    if (token) event.detail.headers["X-CSRFToken"] = token;
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status < 400) return;
    // 422 is a form with its errors; HX-Retarget is our own answer in words. Anything else stays out of the page.
    const ours = xhr.status === 422 || xhr.getResponseHeader("HX-Retarget");
    event.detail.shouldSwap = Boolean(ours);
    event.detail.isError = !ours;
    if (!ours) toast(t("系统出错了，请稍后再试。已填的内容都还在。"), { late: true });
  });
  document.body.addEventListener("htmx:sendError", () => {
    toast(t("没有连上服务器，请检查网络后再试。"), { late: true });
  });
  document.body.addEventListener("htmx:load", (event) => {
    loadElements(document);
    reachScrolling(document);
    focusFirst(event.detail.elt);
  });
}

// A wide table without a link inside can still be scrolled with the keyboard.
function reachScrolling(root) {
  for (const pane of root.querySelectorAll(".scroll-x:not([tabindex])")) {
    if (!pane.querySelector("a[href], button, input")) pane.tabIndex = 0;
  }
}

// On a phone a menu scrolls: the entry of this page is brought into sight.
function showCurrent() {
  for (const entry of document.querySelectorAll(".top-nav [aria-current]")) {
    entry.scrollIntoView({ block: "nearest", inline: "center" });
  }
}

function focusFirst(root) {
  root.querySelector?.("[data-autofocus]")?.focus();
}

function onClick(event) {
  const target = event.target.closest?.("[data-opens],[data-close-toast],[data-back],[data-reload],[data-print],[data-copy]");
  if (!target) return;
  if (target.dataset.opens) {
    const dialog = document.getElementById(target.dataset.opens);
    if (dialog?.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
  } else if ("closeToast" in target.dataset) {
    target.closest(".toast").remove();
  } else if ("back" in target.dataset && history.length > 1) {
    event.preventDefault();
    history.back();
  } else if ("reload" in target.dataset) {
    event.preventDefault();
    location.reload();
  } else if ("print" in target.dataset) {
    window.print();
  } else if (target.dataset.copy) {
    navigator.clipboard?.writeText(target.dataset.copy).then(() => toast(t("已复制")));
  }
}

// A click beside an open dialog closes it.
function onDialogClick(event) {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement) || !dialog.open) return;
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  const inside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
  if (!inside && event.clientX + event.clientY > 0) dialog.close();
}

// A text that is too long is told in words before it is sent; nothing of it is cut.
function onLongText(event) {
  const area = event.target;
  if (!area.dataset?.most) return;
  const [n, max] = [[...area.value].length, Number(area.dataset.most)];
  area.setCustomValidity(n > max ? t("写了 %(n)s 字，最多 %(max)s 字", { n, max }) : "");
}

function setUpTheme() {
  for (const form of document.querySelectorAll("[data-theme-form]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = form.querySelector("[name=theme]");
      const theme = button.value;
      document.documentElement.dataset.theme = theme;
      document.cookie = `theme=${theme};path=/;max-age=31536000;samesite=lax`;
      button.value = { auto: "dark", dark: "light", light: "auto" }[theme];
      document.dispatchEvent(new CustomEvent("youlin:theme", { detail: theme }));
    });
  }
}

function setUpNetwork() {
  const banner = document.getElementById("offline-banner");
  const show = () => {
    if (banner) banner.hidden = navigator.onLine;
  };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}

function setUpWorker() {
  const worker = document.body.dataset.workerUrl;
  if (!worker || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register(worker, { scope: "/", type: "module" }).catch(() => {});
  navigator.serviceWorker.ready.then((ready) => {
    if (!navigator.serviceWorker.controller) ready.active?.postMessage({ kind: "claim" });
  });
  // Somebody else has signed in on this device: pages kept for the person before are thrown away.
  const before = localStorage.getItem("youlin-person");
  if (before !== null && before !== person()) {
    navigator.serviceWorker.ready.then((ready) => ready.active?.postMessage({ kind: "forget-pages" }));
  }
  localStorage.setItem("youlin-person", person());
}

document.addEventListener("click", onClick);
document.addEventListener("input", onLongText);
document.addEventListener("click", onDialogClick);
setUpHtmx();
setUpTheme();
setUpNetwork();
setUpWorker();
setUpDrafts();
setUpOutbox();
reachScrolling(document);
showCurrent();
focusFirst(document);
// Elements speak when they are built, so they wait for the words, though never for long.
await Promise.race([wordsReady, new Promise((resolve) => setTimeout(resolve, 1500))]);
loadElements(document);
