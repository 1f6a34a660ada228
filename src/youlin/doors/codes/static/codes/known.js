// What a checker's phone knows when there is no network: keys, kinds, lists of revoked codes, and how its clock differs.

import { get, put } from "./kept.js";
import { listOf } from "./reading.js";

const KEY = "known";

export const load = () => get(KEY).catch(() => undefined);

// Ask anew; what cannot be had stays as it was. Resolves to what is known then. Throws without a network.
export async function refresh(url, before) {
  const asked = Date.now();
  const response = await fetch(url, { credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" } });
  if (!response.ok || !(response.headers.get("Content-Type") ?? "").includes("json")) throw new Error(`${response.status}`);
  const told = await response.json();
  const offset = told.now - (asked + Date.now()) / 2;
  const lists = { ...before?.lists };
  for (const [district, address] of Object.entries(told.lists)) {
    try {
      const text = await (await fetch(address, { cache: "no-cache" })).text();
      lists[district] = await listOf(text, told.keys, district);
    } catch (error) {
      console.warn("list", district, error);
    }
  }
  const known = { at: told.now, offset, keys: told.keys, kinds: told.kinds, districts: told.districts, gates: told.gates, lists };
  await put(KEY, known).catch((error) => console.warn("kept", error));
  return known;
}

// The moment by the server's clock, in milliseconds.
export const now = (known) => Date.now() + (known?.offset ?? 0);
