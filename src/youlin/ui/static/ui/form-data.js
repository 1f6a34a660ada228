// A form's content as plain data that can be stored, and back into the form.

const NEVER = new Set(["csrfmiddlewaretoken"]);

// [[name, text | File], …] of what may be kept: no passwords, nothing marked data-private.
export function collect(form, submitter) {
  const data = submitter ? new FormData(form, submitter) : new FormData(form);
  return [...data].filter(([name, value]) => !NEVER.has(name) && !(value instanceof File && !value.name && !value.size));
}

export function withoutPrivate(form, entries) {
  const secret = new Set();
  for (const control of form.elements) {
    if (control.type === "password" || control.closest("[data-private]")) secret.add(control.name);
  }
  return entries.filter(([name]) => !secret.has(name));
}

// Put stored entries back. `onlyEmpty`: what the server has rendered stays. Files go to <youlin-photos> and kin.
export function fill(form, entries, { onlyEmpty = false } = {}) {
  const byName = Map.groupBy ? Map.groupBy(entries, ([name]) => name) : group(entries);
  for (const [name, pairs] of byName) {
    const values = pairs.map(([, value]) => value);
    const files = values.filter((value) => value instanceof Blob);
    if (files.length) fillFiles(form, name, files);
    else fillText(form, name, values, onlyEmpty);
  }
}

function group(entries) {
  const map = new Map();
  for (const entry of entries) map.set(entry[0], [...(map.get(entry[0]) ?? []), entry]);
  return map;
}

function fillText(form, name, values, onlyEmpty) {
  const controls = [...form.elements].filter((control) => control.name === name);
  controls.forEach((control, position) => {
    if (control.type === "file" || control.type === "submit") return;
    if (control.type === "checkbox" || control.type === "radio") {
      if (!onlyEmpty) control.checked = values.includes(control.value);
    } else if (control.multiple && control.options) {
      for (const option of control.options) option.selected = values.includes(option.value);
    } else if (!onlyEmpty || !control.value) {
      control.value = values[position] ?? values[0] ?? "";
    }
    control.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function fillFiles(form, name, files) {
  const input = [...form.elements].find((control) => control.type === "file" && control.name === name);
  if (!input || input.files.length) return;
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(file);
  input.files = transfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}
