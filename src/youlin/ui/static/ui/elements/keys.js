// <youlin-keys data-list="#rows" data-item=".list-row, tbody tr">: j k to move, Enter to open (the focused link
// does that by itself), / to search, ? for help; data-key="d" on any button or link presses it. Can be turned
// off in the help, as single-letter shortcuts must be (WCAG 2.1.4).

import { t } from "../words.js";

const OFF = "youlin-keys-off";

class Keys extends HTMLElement {
  connectedCallback() {
    this.onKey = (event) => this.press(event);
    document.addEventListener("keydown", this.onKey);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKey);
    this.dialog?.remove();
  }

  get off() {
    return localStorage.getItem(OFF) === "1";
  }

  press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable], dialog, .maplibregl-map")) return;
    const act = event.key === "?" ? () => this.help() : this.off ? null : this.actFor(event.key);
    if (!act) return;
    event.preventDefault();
    act();
  }

  actFor(key) {
    if (key === "j") return () => this.move(1);
    if (key === "k") return () => this.move(-1);
    if (key === "/") {
      const search = document.querySelector("input[type=search]");
      return search && (() => search.focus());
    }
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]:not([disabled], youlin-draft)`);
    return target?.checkVisibility?.() === false ? null : target && (() => target.click());
  }

  move(step) {
    const list = document.querySelector(this.dataset.list);
    const items = [...(list?.querySelectorAll(this.dataset.item || ".list-row, tbody tr") ?? [])];
    if (!items.length) return;
    const current = items.findIndex((item) => item.contains(document.activeElement) && item !== document.body);
    const start = current >= 0 ? current : items.findIndex((item) => item.matches(".is-selected, [aria-selected=true]"));
    const next = items[Math.min(Math.max(start + step, 0), items.length - 1)];
    (next.querySelector(".row-link, a, button") ?? next).focus();
    next.scrollIntoView({ block: "nearest" });
  }

  help() {
    this.dialog?.remove();
    this.dialog = this.build();
    document.body.append(this.dialog);
    this.dialog.showModal();
  }

  build() {
    const rows = [["j / k", t("下一条、上一条")], ["Enter", t("打开")], ["/", t("搜索")], ["?", t("快捷键")]];
    for (const target of document.querySelectorAll("[data-key]:not(youlin-draft)")) {
      rows.push([target.dataset.key, target.dataset.keyLabel || target.textContent.trim()]);
    }
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-label", t("快捷键"));
    const list = document.createElement("dl");
    list.className = "pairs dialog-body";
    for (const [key, label] of rows) {
      const term = document.createElement("dt");
      const cap = document.createElement("kbd");
      cap.textContent = key;
      term.append(cap);
      const meaning = document.createElement("dd");
      meaning.textContent = label;
      list.append(term, meaning);
    }
    const form = document.createElement("form");
    form.method = "dialog";
    form.className = "dialog-foot";
    const turn = document.createElement("button");
    turn.className = "btn";
    turn.textContent = this.off ? t("打开快捷键") : t("关闭快捷键");
    turn.addEventListener("click", () => localStorage.setItem(OFF, this.off ? "0" : "1"));
    const close = document.createElement("button");
    close.className = "btn btn-primary";
    close.textContent = t("知道了");
    close.autofocus = true;
    form.append(turn, close);
    dialog.append(list, form);
    return dialog;
  }
}

customElements.define("youlin-keys", Keys);
