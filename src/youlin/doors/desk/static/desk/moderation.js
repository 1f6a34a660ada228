// <youlin-blur><img><input type="hidden"></youlin-blur>: the boxes in the input drawn over the photo. A box is drawn by
// dragging or added by the button; it is a button itself: arrows move it, Shift and arrows size it, Delete takes it away.

const STEP = 0.01;
const LEAST = 0.01;

class Blur extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=hidden]");
    this.image = this.querySelector("img");
    this.boxes = this.read();
    this.layer = document.createElement("div");
    this.layer.className = "blur-layer";
    const frame = document.createElement("div");
    frame.className = "blur-frame";
    this.image.replaceWith(frame);
    frame.append(this.image, this.layer);
    this.image.draggable = false;
    const add = this.querySelector("[data-add]");
    add.hidden = false;
    add.addEventListener("click", () => this.add({ x: 0.4, y: 0.4, w: 0.2, h: 0.2, kind: "drawn" }));
    const hint = document.createElement("p");
    hint.className = "small muted";
    hint.textContent = this.dataset.hint;
    add.parentElement.after(hint);
    this.removing = this.shown("[data-remove]", () => this.take(this.chosen));
    this.clearing = this.shown("[data-clear]", () => {
      this.boxes = [];
      this.changed();
      add.focus();
    });
    this.layer.addEventListener("focusin", (event) => this.choose([...this.layer.children].indexOf(event.target)));
    this.layer.addEventListener("pointerdown", (event) => this.start(event));
    this.draw();
  }

  shown(selector, act) {
    const button = this.querySelector(selector);
    button.hidden = false;
    button.addEventListener("click", act);
    return button;
  }

  // The box that was touched last; it stays chosen while the finger goes to the button.
  choose(index) {
    this.chosen = index;
    this.removing.disabled = index < 0;
    for (const [at, node] of [...this.layer.children].entries()) node.classList.toggle("is-chosen", at === index);
  }

  take(index) {
    if (!this.boxes[index]) return;
    this.boxes.splice(index, 1);
    this.changed();
    (this.layer.children[Math.min(index, this.boxes.length - 1)] ?? this.querySelector("[data-add]")).focus();
  }

  read() {
    try {
      return JSON.parse(this.input.value || "[]");
    } catch {
      return [];
    }
  }

  add(box) {
    this.boxes.push(box);
    this.changed();
    this.layer.lastElementChild.focus();
  }

  changed() {
    this.input.value = JSON.stringify(this.boxes);
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    const choice = this.closest("fieldset")?.querySelector(`input[value="${this.boxes.length ? "blurred" : "shown"}"]`);
    if (choice) choice.checked = true;
    this.draw();
  }

  draw() {
    const focused = [...this.layer.children].indexOf(document.activeElement);
    this.layer.replaceChildren(...this.boxes.map((box, index) => this.button(box, index)));
    if (focused >= 0) this.layer.children[Math.min(focused, this.boxes.length - 1)]?.focus();
    else this.choose(Math.min(this.chosen ?? -1, this.boxes.length - 1));
    this.clearing.disabled = !this.boxes.length;
  }

  button(box, index) {
    const node = document.createElement("button");
    node.type = "button";
    node.className = "blur-box";
    node.setAttribute("aria-label", `${this.dataset.label} ${index + 1}`);
    this.place(node, box);
    node.addEventListener("keydown", (event) => this.key(event, index));
    return node;
  }

  place(node, box) {
    node.style.left = `${100 * box.x}%`;
    node.style.top = `${100 * box.y}%`;
    node.style.width = `${100 * box.w}%`;
    node.style.height = `${100 * box.h}%`;
  }

  key(event, index) {
    const box = this.boxes[index];
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.take(index);
      return;
    }
    const [dx, dy] = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key] ?? [];
    if (dx === undefined || event.altKey || event.ctrlKey) return;
    event.preventDefault();
    if (event.shiftKey) {
      box.w = Math.min(Math.max(box.w + dx, LEAST), 1 - box.x);
      box.h = Math.min(Math.max(box.h + dy, LEAST), 1 - box.y);
    } else {
      box.x = Math.min(Math.max(box.x + dx, 0), 1 - box.w);
      box.y = Math.min(Math.max(box.y + dy, 0), 1 - box.h);
    }
    this.changed();
  }

  point(event) {
    const { left, top, width, height } = this.layer.getBoundingClientRect();
    const share = (value) => Math.min(Math.max(value, 0), 1);
    return { x: share((event.clientX - left) / width), y: share((event.clientY - top) / height) };
  }

  start(event) {
    if (event.button) return;
    event.preventDefault();
    const from = this.point(event);
    const held = [...this.layer.children].indexOf(event.target);
    const box = held >= 0 ? this.boxes[held] : { ...from, w: 0, h: 0, kind: "drawn" };
    const origin = { ...box };
    const node = held >= 0 ? event.target : this.button(box, this.boxes.length);
    if (held < 0) this.layer.append(node);
    const move = (later) => {
      const to = this.point(later);
      if (held >= 0) {
        box.x = Math.min(Math.max(origin.x + to.x - from.x, 0), 1 - box.w);
        box.y = Math.min(Math.max(origin.y + to.y - from.y, 0), 1 - box.h);
      } else {
        Object.assign(box, { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), w: Math.abs(to.x - from.x), h: Math.abs(to.y - from.y) });
      }
      this.place(node, box);
    };
    const end = () => {
      document.removeEventListener("pointermove", move);
      if (held < 0 && box.w > LEAST && box.h > LEAST) this.boxes.push(box);
      this.changed();
      this.layer.children[held >= 0 ? held : this.boxes.indexOf(box)]?.focus();
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", end, { once: true });
  }
}

customElements.define("youlin-blur", Blur);
