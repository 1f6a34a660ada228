// From the gate to the door: the first tap stays on this phone, the second sends both, by the outbox.

const form = document.querySelector("form[data-walk]");
const key = `youlin-walk-${form?.dataset.walk}`;
const part = (name) => form.querySelector(`[data-part="${name}"]`);
const LONGEST = 2 * 3600_000;

function begun() {
  const kept = JSON.parse(localStorage.getItem(key) ?? "null");
  return kept && Date.now() - kept.started < LONGEST ? kept : null;
}

function show() {
  const kept = begun();
  part("start").hidden = Boolean(kept);
  part("stop").hidden = !kept;
}

function drawn() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // pages without TLS have no randomUUID
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

if (form) {
  part("start").addEventListener("click", () => {
    localStorage.setItem(key, JSON.stringify({ walk: drawn(), started: Date.now() }));
    show();
    part("stop").focus();
  });
  part("stop").addEventListener("click", () => {
    const kept = begun();
    form.elements.walk.value = kept?.walk ?? "";
    form.elements.started.value = kept?.started ?? "";
    form.elements.stopped.value = Date.now();
    localStorage.removeItem(key);
    setTimeout(show);
  });
  form.hidden = false;
  show();
}
