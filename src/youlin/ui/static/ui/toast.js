// toast("已发出", {remedy, late}): said once at the foot of the page, and to the screen reader.

import { t } from "./words.js";

const STAYS = 8000;

export function toast(text, { remedy = "", late = false } = {}) {
  const region = document.getElementById("toasts");
  if (!region) return;
  const box = document.createElement("div");
  box.className = late ? "toast toast-late" : "toast";
  const words = document.createElement("p");
  words.textContent = text;
  if (remedy) {
    const small = document.createElement("small");
    small.textContent = remedy;
    words.append(small);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "✕";
  close.setAttribute("aria-label", t("关闭"));
  close.addEventListener("click", () => box.remove());
  box.append(words, close);
  region.append(box);
  if (!late) setTimeout(() => box.remove(), STAYS);
}
