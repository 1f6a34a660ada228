// <youlin-timer data-from="2026-01-05T09:00:00+08:00">: how long since then, in minutes and seconds. Not read out
// while it runs.

class Timer extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "timer");
    this.from = Date.parse(this.dataset.from);
    this.show();
    this.clock = setInterval(() => this.show(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.clock);
  }

  show() {
    const seconds = Math.max(0, Math.floor((Date.now() - this.from) / 1000));
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const shown = parts[0] ? parts : parts.slice(1);
    this.textContent = shown.map((part) => String(part).padStart(2, "0")).join(":");
  }
}

customElements.define("youlin-timer", Timer);
