// The holder's page: the phone makes a chain, has its end signed, and shows a link of it at each step — also alone.

import { csrfFromCookie } from "../ui/csrf.js";
import { keepFiles } from "../ui/keep-files.js";
import { person } from "../ui/person.js";
import { get, put } from "./kept.js";
import { chain, LINK_BYTES, spelt, toDigits } from "./reading.js";
import { correction, generate, mode } from "../vendor/lean-qr/index.mjs";

const HALF = 0.5;
const TICK = 250;
const RETRY = 20_000;
const site = document.querySelector("[data-site]")?.dataset.site.replace(/\/$/, "");
const cards = [...document.querySelectorAll("[data-pass]")].map((element) => ({ element, id: element.dataset.pass, links: [], shown: -1 }));

const partOf = (card, name) => card.element.querySelector(`[data-part="${name}"]`);
const keyFor = (card) => `pass:${person()}:${card.id}`;

// One key for this phone that no script can read: it makes the beginning of every chain.
async function secret() {
  const name = `secret:${person()}`;
  const found = await get(name);
  if (found) return found;
  const key = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const made = { key, device: spelt(crypto.getRandomValues(new Uint8Array(16))) };
  await put(name, made);
  return made;
}

async function linksOf(card, nonce, links) {
  const { key } = await secret();
  const drawn = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${card.id}|${nonce}`));
  return chain(new Uint8Array(drawn).slice(0, LINK_BYTES), links);
}

async function begin(card) {
  card.kept = await get(keyFor(card)).catch(() => undefined);
  if (card.kept) card.links = await linksOf(card, card.kept.nonce, card.kept.links);
  await renew(card);
  draw(card);
}

const moment = (card) => Date.now() + (card.kept?.offset ?? 0);

function isFresh(card) {
  if (!card.kept) return false;
  const { starts, ends } = card.kept;
  const at = moment(card);
  return at >= starts - 60_000 && at < starts + (ends - starts) * HALF;
}

// A new chain when half of the old one is used up and there is a network.
async function renew(card) {
  if (isFresh(card) || !navigator.onLine || card.busy || Date.now() - (card.tried ?? 0) < RETRY) return;
  card.busy = true;
  card.tried = Date.now();
  try {
    await bind(card);
  } catch (error) {
    console.warn("bind", error);
  } finally {
    card.busy = false;
  }
}

async function bind(card) {
  const { device } = await secret();
  const links = Number(card.element.dataset.links);
  const nonce = spelt(crypto.getRandomValues(new Uint8Array(12)));
  const made = await linksOf(card, nonce, links);
  const body = new FormData();
  for (const [name, value] of Object.entries({ device, links, anchor: spelt(made[links]) })) body.append(name, value);
  const asked = Date.now();
  const headers = { "X-CSRFToken": csrfFromCookie(), Accept: "application/json" };
  const response = await fetch(card.element.dataset.bind, { method: "POST", body, headers, credentials: "same-origin" });
  if (!response.ok || response.redirected) throw new Error(`${response.status}`);
  const { now, ...told } = await response.json();
  card.kept = { ...told, nonce, offset: now - (asked + Date.now()) / 2 };
  card.links = made;
  card.shown = -1;
  await put(keyFor(card), card.kept);
}

function draw(card) {
  const { kept } = card;
  const at = moment(card);
  const step = kept ? Math.floor((at - kept.starts) / (kept.period * 1000)) : -1;
  const live = Boolean(kept) && step >= 0 && step < kept.links;
  partOf(card, "live").hidden = !live;
  partOf(card, "none").hidden = live;
  if (!live) return;
  const left = kept.period - (((at - kept.starts) / 1000) % kept.period);
  partOf(card, "left").value = left / kept.period;
  partOf(card, "clock").textContent = new Date(at).toLocaleTimeString();
  if (step === card.shown) return;
  card.shown = step;
  const code = `${kept.token}.${spelt(card.links[kept.links - 1 - step])}`;
  const parts = mode.multi(mode.ascii(`${site}/v/#`), mode.numeric(toDigits(code)));
  const canvas = partOf(card, "code");
  generate(parts, { minCorrectionLevel: correction.M, maxCorrectionLevel: correction.M }).toCanvas(canvas, { on: [0, 0, 0, 255], off: [255, 255, 255, 255] });
  canvas.dataset.step = step;
  card.element.dataset.ready = "";
}

async function tick() {
  for (const card of cards) {
    draw(card);
    if (document.visibilityState === "visible") renew(card);
  }
}

async function stayAwake() {
  if (document.visibilityState === "visible") await navigator.wakeLock?.request("screen").catch(() => {});
}

for (const card of cards) begin(card).catch((error) => console.error("pass", error));
if (cards.length) setInterval(tick, TICK);
document.addEventListener("visibilitychange", stayAwake);
stayAwake();
const files = ["mine.js", "kept.js", "reading.js", "codes.css", "../vendor/lean-qr/index.mjs"];
keepFiles(files.map((name) => new URL(name, import.meta.url).href)).catch(() => {});
