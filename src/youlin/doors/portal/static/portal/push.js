/* The button that lets this browser be told: shown only where the browser can. */

import { freshCsrf } from "../ui/csrf.js";

const box = document.getElementById("push");
const button = box?.querySelector("button");
const words = box?.querySelector("[role=status]");

function bytes(text) {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (c) => c.charCodeAt(0));
}

async function send(method, subscription) {
  const answer = await fetch(box.dataset.url, {
    method,
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": await freshCsrf() },
    body: JSON.stringify(subscription),
  });
  if (!answer.ok) throw new Error((await answer.json()).problems?.[0]?.message ?? answer.statusText);
}

async function toggle(worker) {
  const known = await worker.pushManager.getSubscription();
  if (known) {
    await send("DELETE", known.toJSON());
    await known.unsubscribe();
    return;
  }
  const { key } = await (await fetch(box.dataset.url, { headers: { Accept: "application/json" } })).json();
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  await send("POST", made.toJSON());
}

async function show(worker) {
  button.textContent = (await worker.pushManager.getSubscription()) ? box.dataset.stop : box.dataset.start;
}

if (box && "serviceWorker" in navigator && "PushManager" in window) {
  const worker = await navigator.serviceWorker.ready;
  await show(worker);
  box.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await toggle(worker);
      words.textContent = "";
    } catch (error) {
      words.textContent = error.message;
    }
    button.disabled = false;
    await show(worker);
  });
}
