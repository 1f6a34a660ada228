// <youlin-reveal data-for="id_password1 id_password2">: a box to tick that shows what is typed in these fields (ASVS 2.1.12).
// Sent or left, they are hidden again, so that no browser offers the words to the next one.

import { t } from "../words.js";

class Reveal extends HTMLElement {
  connectedCallback() {
    const label = document.createElement("label");
    label.className = "choice";
    const box = document.createElement("input");
    box.type = "checkbox";
    const words = document.createElement("span");
    words.textContent = t("显示密码");
    label.append(box, words);
    this.replaceChildren(label);
    box.addEventListener("change", () => this.show(box.checked));
    this.closest("form")?.addEventListener("submit", () => this.show(false));
  }

  show(open) {
    for (const id of this.dataset.for.split(" ")) {
      const field = document.getElementById(id);
      if (field) field.type = open ? "text" : "password";
    }
  }
}

customElements.define("youlin-reveal", Reveal);
