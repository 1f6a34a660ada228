// <youlin-photos data-max="9"><input type="file" name="photos" accept="image/*" multiple></youlin-photos>
// Previews, removal, adding in several goes, dropping and pasting. Large pictures are made smaller here, so that
// they arrive over a weak network. The input stays the form's own: what is in it is what will be sent.

import { t } from "../words.js";
import { toast } from "../toast.js";

const LARGE = 4 * 1024 * 1024;
const LONGEST = 2560;

class Photos extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    if (!this.input || this.grid) return;
    this.max = Number(this.dataset.max) || 9;
    this.files = [];
    this.urls = new Map();
    this.grid = document.createElement("ul");
    this.grid.className = "photos";
    this.grid.setAttribute("role", "list");
    this.status = document.createElement("p");
    this.status.className = "small muted";
    this.status.setAttribute("role", "status");
    this.input.classList.add("visually-hidden");
    this.input.tabIndex = -1;
    this.append(this.grid, this.status);
    this.input.addEventListener("change", () => !this.writing && this.take([...this.input.files]));
    this.input.form?.addEventListener("reset", () => this.replace([]));
    this.addEventListener("dragover", (event) => event.preventDefault());
    this.addEventListener("drop", (event) => {
      event.preventDefault();
      this.add([...event.dataTransfer.files]);
    });
    this.addEventListener("paste", (event) => this.add([...event.clipboardData.files]));
    this.replace([...this.input.files]);
  }

  disconnectedCallback() {
    for (const url of this.urls.values()) URL.revokeObjectURL(url);
    this.urls.clear();
  }

  // The file dialog replaces the input's files; here they are added to those already chosen.
  take(chosen) {
    const known = new Set(this.files.map(identity));
    this.add(chosen.filter((file) => !known.has(identity(file))));
  }

  async add(chosen) {
    let files = chosen.filter((file) => file.type.startsWith("image/") || /\.hei[cf]$/i.test(file.name));
    if (files.length < chosen.length) toast(t("这里只能放照片。"), { late: true });
    const room = this.max - this.files.length;
    if (files.length > room) toast(t("最多 %(n)s 张，多的没有加上。", { n: this.max }));
    files = files.slice(0, Math.max(room, 0));
    const ready = [];
    for (const [position, file] of files.entries()) {
      this.status.textContent = t("正在准备照片 %(at)s / %(of)s", { at: position + 1, of: files.length });
      ready.push(await smaller(file));
    }
    this.replace([...this.files, ...ready]);
    if (files.length) this.tellForm();
  }

  tellForm() {
    this.writing = true;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.writing = false;
  }

  replace(files) {
    this.files = files;
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    this.input.files = transfer.files;
    this.grid.replaceChildren(...files.map((file, position) => this.preview(file, position)), ...this.adders());
    this.status.textContent = files.length ? t("已选 %(n)s 张，最多 %(max)s 张", { n: files.length, max: this.max }) : "";
  }

  preview(file, position) {
    if (!this.urls.has(file)) this.urls.set(file, URL.createObjectURL(file));
    const item = document.createElement("li");
    const image = document.createElement("img");
    image.src = this.urls.get(file);
    image.alt = t("照片 %(n)s", { n: position + 1 });
    image.addEventListener("error", () => image.replaceWith(label(file.name)));
    const button = document.createElement("button");
    button.type = "button";
    button.className = "photos-remove";
    button.textContent = "✕";
    button.setAttribute("aria-label", t("去掉照片 %(n)s", { n: position + 1 }));
    button.addEventListener("click", () => {
      this.replace(this.files.filter((other) => other !== file));
      this.tellForm();
      this.grid.querySelector("button, input")?.focus();
    });
    item.append(image, button);
    return item;
  }

  // On a phone: straight to the camera, or from the album. Elsewhere one way to choose.
  adders() {
    if (this.files.length >= this.max) return [];
    const ways = matchMedia("(pointer: coarse)").matches
      ? [[t("拍照"), true], [t("从相册选"), false]]
      : [[t("添加照片"), false]];
    return ways.map(([words, camera]) => this.adder(words, camera));
  }

  adder(words, camera) {
    const item = document.createElement("li");
    const box = document.createElement("label");
    box.className = "photos-add";
    const picker = document.createElement("input");
    picker.type = "file";
    picker.accept = this.input.accept || "image/*";
    picker.multiple = !camera;
    picker.className = "visually-hidden";
    if (camera) picker.setAttribute("capture", "environment");
    picker.addEventListener("change", (event) => {
      event.stopPropagation();
      this.add([...picker.files]);
    });
    box.append(`＋ ${words}`, picker);
    item.append(box);
    return item;
  }
}

const identity = (file) => `${file.name}:${file.size}:${file.lastModified}`;

function label(text) {
  const span = document.createElement("span");
  span.className = "photos-wait";
  span.textContent = text;
  return span;
}

// A large picture (or one that other phones cannot show) as a JPEG of at most 2560 pixels; on any trouble as it is.
async function smaller(file) {
  const strange = !/^image\/(jpeg|png|webp)$/.test(file.type);
  if (file.size <= LARGE && !strange) return file;
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    if (!blob || (blob.size >= file.size && !strange)) return file;
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file;
  }
}

customElements.define("youlin-photos", Photos);
