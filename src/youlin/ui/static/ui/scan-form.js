// A form that takes a code, typed or scanned: what the camera reads is filled in and sent. `data-scan` names the field,
// `data-press` the value of the button that a scan presses, where the form has several.

import { camera } from "./camera.js";

const page = document.querySelector("[data-scan]");
const form = page.querySelector("form");
const eye = camera(page, onText);

async function onText(text) {
  if (!text) return eye.resume();
  const field = form.elements[page.dataset.scan];
  field.value = text.slice(0, field.maxLength > 0 ? field.maxLength : text.length);
  form.requestSubmit(page.dataset.press ? form.querySelector(`[value="${page.dataset.press}"]`) : null);
}

page.dataset.ready = "";
