// <youlin-live data-url="…" data-seconds="10" data-say="收件箱有更新">: fetches its content again while visible.
// The server answers with an ETag (304 when nothing changed). Nothing is replaced under a typing hand.
// data-clock="#id": the element that shows when it was last looked at.

import { t } from "../words.js";

class Live extends HTMLElement {
  connectedCallback() {
    this.etag = this.dataset.etag ?? "";
    this.schedule();
    this.onVisible = () => document.visibilityState === "visible" && this.refresh();
    document.addEventListener("visibilitychange", this.onVisible);
    window.addEventListener("online", this.onVisible);
    this.addEventListener("youlin:refresh", () => this.refresh());
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onVisible);
    window.removeEventListener("online", this.onVisible);
  }

  schedule() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), 1000 * (Number(this.dataset.seconds) || 10));
  }

  async refresh() {
    this.schedule();
    if (document.visibilityState !== "visible" || !navigator.onLine || this.busy()) return;
    try {
      const headers = { "HX-Request": "true", Accept: "text/html" };
      if (this.etag) headers["If-None-Match"] = this.etag;
      const response = await fetch(this.dataset.url, { headers, credentials: "same-origin", cache: "no-store" });
      if (response.redirected || (response.status !== 304 && !response.ok)) return;
      this.showClock();
      if (response.status === 304) return;
      this.etag = response.headers.get("ETag") ?? "";
      this.replace(await response.text());
    } catch {
      // no answer now; the next round asks again
    }
  }

  // A person is writing or choosing inside: wait for the next round.
  busy() {
    const active = document.activeElement;
    const writing = this.contains(active) && active.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
    return writing || Boolean(this.querySelector("dialog[open], details[open], .htmx-request"));
  }

  replace(html) {
    const first = this.last === undefined;
    if (html === this.last) return;
    this.last = html;
    const focused = this.contains(document.activeElement) ? document.activeElement : null;
    const again = focused && (focused.id ? `#${CSS.escape(focused.id)}` : hrefSelector(focused));
    const place = focused ? rowsOf(this).findIndex((row) => row.contains(focused)) : -1;
    const { scrollTop } = this;
    window.htmx ? window.htmx.swap(this, html, { swapStyle: "innerHTML" }) : (this.innerHTML = html);
    this.scrollTop = scrollTop;
    if (focused) this.focusAgain(again && this.querySelector(again), place);
    this.dispatchEvent(new CustomEvent("live-updated", { bubbles: true }));
    if (!first || this.etag) this.say();
  }

  // The same element, else the row that has come into its place.
  focusAgain(same, place) {
    const rows = rowsOf(this);
    const row = rows[Math.min(place, rows.length - 1)];
    const next = same ?? (place >= 0 && row?.querySelector(".row-link, a, button"));
    next?.focus?.({ preventScroll: true });
  }

  say() {
    const text = this.dataset.say;
    if (!text) return;
    this.voice ??= document.body.appendChild(
      Object.assign(document.createElement("p"), { className: "visually-hidden" }),
    );
    this.voice.setAttribute("role", "status");
    this.voice.textContent = text;
  }

  showClock() {
    const clock = this.dataset.clock && document.querySelector(this.dataset.clock);
    if (!clock) return;
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    clock.textContent = t("%(time)s 更新 · 自动刷新", { time });
  }
}

const rowsOf = (list) => [...list.querySelectorAll(".list-row, tbody tr")];

function hrefSelector(element) {
  const href = element.getAttribute("href");
  return href ? `[href="${CSS.escape(href)}"]` : null;
}

customElements.define("youlin-live", Live);
