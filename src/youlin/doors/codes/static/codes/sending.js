// One report of this page: kept in the outbox first where it must not be lost, then sent at once if there is a network.

import { drop, keep } from "../ui/outbox-core.js";
import { csrfFromCookie } from "../ui/csrf.js";

const PATIENCE = 4000;

// What the server answered (JSON), or null: then it waits in the outbox (`waits`), or is to be asked again.
export async function send(item, waits) {
  if (waits) await keep(item).catch((error) => console.warn("outbox", error));
  if (!navigator.onLine) return null;
  const body = new FormData();
  for (const [name, value] of item.entries) body.append(name, value);
  const headers = { "X-CSRFToken": csrfFromCookie(), Accept: "application/json", "X-Outbox": "1" };
  try {
    const response = await fetch(item.url, { method: "POST", body, credentials: "same-origin", headers, signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok || response.redirected) return null;
    const answered = await response.json();
    if (waits) await drop(item.id);
    return answered;
  } catch {
    return null;
  }
}
