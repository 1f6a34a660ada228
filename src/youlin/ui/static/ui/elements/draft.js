// <youlin-draft data-key="report"><form>…</form></youlin-draft>: what is typed survives a lost connection, a
// lapsed session and a reload. Passwords and fields marked data-private are never kept.

import { collect, fill, withoutPrivate } from "../form-data.js";
import { forget, read, save } from "../drafts.js";
import { t } from "../words.js";

const PAUSE = 400;

class Draft extends HTMLElement {
  async connectedCallback() {
    this.form = this.querySelector("form");
    if (!this.form || !("indexedDB" in window)) return;
    this.answers = new Map();
    await this.restore().catch((error) => console.warn("draft", error));
    this.addEventListener("input", () => this.saveSoon());
    this.addEventListener("change", () => this.saveSoon());
    this.addEventListener("submit", () => this.save(), true);
    this.addEventListener("youlin:done", () => this.clear());
    this.addEventListener("youlin:kept", () => this.clear());
    this.addEventListener("htmx:beforeSwap", () => this.remember(collect(this.form)));
    this.addEventListener("htmx:afterSwap", ({ detail }) => this.fillPart(detail.target));
    this.addEventListener("htmx:afterRequest", (event) => {
      const { elt, successful } = event.detail;
      if (successful && elt === this.form) this.clear();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.timer) this.save();
    });
  }

  async restore() {
    const draft = await read(this.dataset.key);
    if (!draft?.entries.length) return;
    this.remember(draft.entries);
    const answered = this.querySelector(".form-errors, [aria-invalid=true]"); // the server's version is newer
    fill(this.form, draft.entries, { onlyEmpty: Boolean(answered) });
    if (!answered) this.tell(draft);
    this.dispatchEvent(new CustomEvent("draft-restored", { bubbles: true }));
  }

  // What a category asks is swapped in when it is chosen, and again when it is chosen anew: nothing typed is lost.
  remember(entries) {
    const found = entries.filter(([name]) => name.startsWith("attribute["));
    for (const [name] of found) this.answers.set(name, []);
    for (const entry of found) this.answers.get(entry[0]).push(entry);
  }

  fillPart(part) {
    const names = new Set([...part.querySelectorAll("[name]")].map((control) => control.name));
    fill(this.form, [...this.answers].filter(([name]) => names.has(name)).flatMap(([, entries]) => entries));
  }

  tell(draft) {
    const note = document.createElement("div");
    note.className = "note note-jade";
    note.setAttribute("role", "status");
    const words = document.createElement("p");
    const time = new Date(draft.at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    words.textContent = t("已恢复您 %(time)s 写的内容。", { time });
    const away = document.createElement("button");
    away.type = "button";
    away.className = "btn btn-quiet btn-small";
    away.textContent = t("不要了，重写");
    away.addEventListener("click", async () => {
      await this.clear();
      this.form.reset();
      note.remove();
      this.dispatchEvent(new CustomEvent("draft-dropped", { bubbles: true }));
    });
    note.append(words, away);
    this.prepend(note);
  }

  saveSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  async save() {
    clearTimeout(this.timer);
    this.timer = undefined;
    const entries = withoutPrivate(this.form, collect(this.form));
    await save(this.dataset.key, entries).catch((error) => console.warn("draft", error));
  }

  async clear() {
    clearTimeout(this.timer);
    this.timer = undefined;
    await forget(this.dataset.key).catch(() => {});
  }
}

customElements.define("youlin-draft", Draft);
