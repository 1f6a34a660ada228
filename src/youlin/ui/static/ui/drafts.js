// What is kept of a form while it is being written. Stored per person and key, for a week.

import { person } from "./person.js";
import { all, get, put, remove } from "./store.js";

const WEEK = 7 * 24 * 3600 * 1000;
const nameOf = (key) => `${person()}:${key}`;

export const save = (key, entries) => put("drafts", { key: nameOf(key), entries, at: Date.now() });
export const forget = (key) => remove("drafts", nameOf(key));

export async function read(key) {
  const draft = await get("drafts", nameOf(key));
  return draft && Date.now() - draft.at < WEEK ? draft : undefined;
}

// Called on every page: <meta name="youlin-done" content="key"> says that the form arrived.
export async function setUpDrafts() {
  if (!("indexedDB" in window)) return;
  for (const meta of document.querySelectorAll('meta[name="youlin-done"]')) await forget(meta.content);
  for (const draft of await all("drafts")) {
    if (Date.now() - draft.at > WEEK) await remove("drafts", draft.key);
  }
}
