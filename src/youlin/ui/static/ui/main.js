// What every page needs: elements load when they appear, htmx gets its token, failures are told in words,
// dialogs open, toasts leave, the theme turns. Each custom element is a module of its own in elements/.

import { wordsReady, t } from "./words.js";
import { toast } from "./toast.js";
import { csrfFromCookie } from "./csrf.js";

const loaded = new Set();

// Load ./elements/<name>.js for each <youlin-name> that is in the page.
function loadElements(root) {
  for (const element of root.querySelectorAll(":not(:defined)")) {
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
    focusFirst(event.detail.elt);
  });
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
  if (event.target instanceof HTMLDialogElement && event.target === event.currentTarget.activeElement?.closest("dialog")) return;
  if (event.target instanceof HTMLDialogElement) event.target.close();
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
  const worker = document.body.dataset.workerUrl;
  if (worker && "serviceWorker" in navigator && window.isSecureContext) {
    navigator.serviceWorker.register(worker, { scope: "/" }).catch(() => {});
  }
}

await wordsReady;
document.addEventListener("click", onClick);
document.addEventListener("click", onDialogClick);
setUpHtmx();
setUpTheme();
setUpNetwork();
loadElements(document);
focusFirst(document);
