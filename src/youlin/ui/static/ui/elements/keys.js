// <youlin-keys data-list="#rows" data-item=".list-row, tbody tr">: j k to move, Enter to open (the focused link
// does that by itself), / to search, ? for help; data-key="d" on any button or link presses it, data-key="g m" one
// key after the other; data-key-name names a key that the page itself listens to. Can be turned off in the help,
// as single-letter shortcuts must be (WCAG 2.1.4).

import { t } from "../words.js";

const OFF = "youlin-keys-off";
const PATIENCE = 1500;

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

  // The first of two keys has been pressed: the next one is the second, whoever else knows it alone.
  get waiting() {
    return Boolean(this.begun) && performance.now() < this.until;
  }

  press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = "input:not([type=checkbox]), textarea, select, [contenteditable], dialog, .maplibregl-map";
    if (event.target.closest?.(typing)) return;
    const keys = this.waiting ? `${this.begun} ${event.key}` : event.key;
    this.begun = "";
    const act = event.key === "?" ? () => this.help() : this.off ? null : this.actFor(keys) ?? this.begin(event.key);
    if (!act) return;
    event.preventDefault();
    act();
  }

  // The first of two keys: wait a moment for the second.
  begin(key) {
    if (!document.querySelector(`[data-key^="${CSS.escape(key)} "]`)) return null;
    return () => {
      this.begun = key;
      this.until = performance.now() + PATIENCE;
    };
  }

  actFor(key) {
    if (key === "j") return () => this.move(1);
    if (key === "k") return () => this.move(-1);
    if (key === "/") {
      const search = document.querySelector("input[type=search]");
      return search && (() => search.focus());
    }
    const targets = document.querySelectorAll(`[data-key="${key.replace(/["\\]/g, "\\$&")}"]:not([disabled], youlin-draft)`);
    const target = [...targets].find((one) => one.checkVisibility?.() !== false);
    return target && (() => this.pressOn(target));
  }

  // What opens is entered: the next Tab is in it.
  pressOn(target) {
    target.click();
    if (target.localName === "summary") target.focus();
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
    const lists = [["j / k", t("下一条、上一条")], ["Enter", t("打开")], ["/", t("搜索")], ["?", t("快捷键")]];
    for (const named of document.querySelectorAll("[data-key-name]")) {
      lists.push([named.dataset.keyName, named.textContent.trim()]);
    }
    const [places, acts] = [[], []];
    for (const target of document.querySelectorAll("[data-key]:not(youlin-draft)")) {
      const words = target.dataset.keyLabel || target.textContent.trim().replace(/\s+/g, " ");
      (target.dataset.key.includes(" ") ? places : acts).push([target.dataset.key, words]);
    }
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-label", t("快捷键"));
    dialog.className = "keys-sheet";
    const body = document.createElement("div");
    body.className = "dialog-body keys-groups";
    for (const [title, rows] of [[t("列表"), lists], [t("去往"), places], [t("办理"), acts]]) {
      if (rows.length) body.append(group(title, rows));
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
    dialog.append(body, form);
    return dialog;
  }
}

function group(title, rows) {
  const section = document.createElement("section");
  const heading = document.createElement("h2");
  heading.className = "h3";
  heading.textContent = title;
  const list = document.createElement("dl");
  list.className = "pairs";
  for (const [key, label] of rows) {
    const pair = document.createElement("div");
    const term = document.createElement("dt");
    for (const part of key.split(" ")) {
      const cap = document.createElement(/^[/+]$/.test(part) && key !== part ? "span" : "kbd");
      cap.textContent = part;
      term.append(cap, " ");
    }
    const meaning = document.createElement("dd");
    meaning.textContent = label;
    pair.append(term, meaning);
    list.append(pair);
  }
  section.append(heading, list);
  return section;
}

customElements.define("youlin-keys", Keys);
