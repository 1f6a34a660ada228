// <youlin-audio data-seconds="60"><input type="file" name="audio" accept="audio/*"></youlin-audio>: say it instead
// of typing it. Without a microphone the file input stays.

import { t } from "../words.js";
import { toast } from "../toast.js";

const KINDS = ["audio/mp4", "audio/webm;codecs=opus", "audio/ogg;codecs=opus"];

class Audio extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    if (!this.input || this.button || !window.MediaRecorder || !navigator.mediaDevices) return;
    this.limit = Number(this.dataset.seconds) || 60;
    this.button = button("btn", t("说一段"), () => (this.recorder ? this.recorder.stop() : this.record()));
    this.result = document.createElement("div");
    this.result.className = "row";
    this.input.classList.add("visually-hidden");
    this.input.tabIndex = -1;
    this.append(this.button, this.result);
    this.input.addEventListener("change", () => this.show());
    this.input.form?.addEventListener("reset", () => setTimeout(() => this.show()));
    this.show();
  }

  disconnectedCallback() {
    this.recorder?.stop();
  }

  async record() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      toast(t("没有用上麦克风，请在浏览器里允许，或直接选一个录音文件。"), { late: true });
      this.input.classList.remove("visually-hidden");
      return;
    }
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    const parts = [];
    this.recorder = new MediaRecorder(stream, mimeType ? { mimeType, audioBitsPerSecond: 32000 } : {});
    this.recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    this.recorder.addEventListener("stop", () => this.keep(stream, parts));
    this.recorder.start();
    const start = Date.now();
    this.ticker = setInterval(() => this.tick(start), 250);
    this.tick(start);
  }

  tick(start) {
    const seconds = Math.floor((Date.now() - start) / 1000);
    this.button.textContent = t("■ 说完了（%(n)s 秒，最多 %(max)s 秒）", { n: seconds, max: this.limit });
    if (seconds >= this.limit) this.recorder?.stop();
  }

  keep(stream, parts) {
    clearInterval(this.ticker);
    for (const track of stream.getTracks()) track.stop();
    const type = (this.recorder.mimeType || "audio/webm").split(";")[0];
    this.recorder = null;
    const file = new File(parts, `voice.${type === "audio/mp4" ? "m4a" : type.split("/")[1]}`, { type });
    const transfer = new DataTransfer();
    transfer.items.add(file);
    this.input.files = transfer.files;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  show() {
    const file = this.input.files[0];
    this.button.textContent = file ? t("重新说") : t("说一段");
    if (this.url) URL.revokeObjectURL(this.url);
    this.result.replaceChildren();
    if (!file) return;
    const player = document.createElement("audio");
    player.controls = true;
    player.src = this.url = URL.createObjectURL(file);
    const away = button("btn btn-quiet", t("去掉录音"), () => {
      this.input.value = "";
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    this.result.append(player, away);
  }
}

function button(className, text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

customElements.define("youlin-audio", Audio);
