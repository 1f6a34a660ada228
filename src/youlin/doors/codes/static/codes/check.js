// The checker's page: a frame of the camera becomes an answer on this phone, then the look is reported.

import { drop, keep, newKey } from "../ui/outbox-core.js";
import { csrfFromCookie } from "../ui/csrf.js";
import { person } from "../ui/person.js";
import * as kept from "./kept.js";
import { load, now, refresh } from "./known.js";
import { canVerify, judged } from "./reading.js";
import { prepareZXingModule, readBarcodes } from "../vendor/zxing-wasm/reader/index.js";

const EVERY = 5 * 60_000;
const WIDEST = 960;
const PATIENCE = 4000;
const AGAIN = 120_000;
const WASM = new URL("../vendor/zxing-wasm/zxing_reader.wasm", import.meta.url).href;
const page = document.querySelector("[data-check]");
const part = (name) => page.querySelector(`[data-part="${name}"]`);
const video = part("video");
const canvas = document.createElement("canvas");
const seen = new Map();
let known;
let able = false;
let scanning = false;

prepareZXingModule({ overrides: { locateFile: () => WASM } });

async function start() {
  able = await canVerify();
  part("unable").hidden = able;
  known = await load();
  tellAge();
  setInterval(tellAge, 30_000);
  setInterval(renew, EVERY);
  addEventListener("online", renew);
  part("start").addEventListener("click", startCamera);
  part("next").addEventListener("click", next);
  part("picture").addEventListener("change", onPicture);
  part("form").addEventListener("submit", onTyped);
  for (const element of page.querySelectorAll("[data-scripted]")) element.hidden = false;
  await renew();
  if (location.hash.length > 20) {
    const code = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    await answer(code);
  }
  page.dataset.ready = "";
  const files = ["check.js", "kept.js", "known.js", "reading.js", "codes.css"].map((name) => new URL(name, import.meta.url).href);
  const reader = ["reader/index.js", "share.js"].map((name) => new URL(`../vendor/zxing-wasm/${name}`, import.meta.url).href);
  kept.keepFiles([...files, ...reader, WASM]).catch(() => {});
}

async function renew() {
  if (navigator.onLine) known = await refresh(page.dataset.known, known).catch(() => known);
  tellAge();
}

// How old is what this phone knows: the checker decides whether that is good enough.
function tellAge() {
  const age = part("age");
  if (!known) {
    age.textContent = age.dataset.none;
    age.dataset.state = "late";
    return;
  }
  const minutes = Math.max(0, Math.floor((now(known) - known.at) / 60_000));
  const [n, words] = minutes < 60 ? [minutes, "minutes"] : minutes < 2880 ? [Math.floor(minutes / 60), "hours"] : [Math.floor(minutes / 1440), "days"];
  age.textContent = age.dataset[words].replace("{n}", n);
  age.dataset.state = minutes < 24 * 60 ? "ok" : "soon";
}

async function startCamera() {
  const wanted = { video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false };
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia(wanted);
  } catch (error) {
    console.warn("camera", error);
    part("no-camera").hidden = false;
    return;
  }
  part("start").hidden = true;
  part("viewer").hidden = false;
  await video.play();
  scanning = true;
  frames();
}

async function frames() {
  while (scanning) {
    const at = performance.now();
    const [width, height] = [video.videoWidth, video.videoHeight];
    const text = width ? await read(video, width, height, false) : "";
    if (text && scanning) await answer(text, at);
    else await new Promise((resolve) => (video.requestVideoFrameCallback ?? requestAnimationFrame).call(video.requestVideoFrameCallback ? video : window, resolve));
  }
}

async function read(source, width, height, hard) {
  const scale = Math.min(1, WIDEST / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const image = context.getImageData(0, 0, canvas.width, canvas.height);
  const options = { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: hard, tryRotate: hard, tryInvert: true, tryDownscale: hard };
  const [found] = await readBarcodes(image, options);
  return found?.text ?? "";
}

async function onPicture(event) {
  const [file] = event.target.files;
  if (!file) return;
  event.target.value = "";
  const picture = await createImageBitmap(file).catch(() => null);
  const text = picture ? await read(picture, picture.width, picture.height, true) : "";
  if (text) await answer(text);
  else show({ reason: "not_ours" });
}

async function onTyped(event) {
  event.preventDefault();
  const field = part("form").elements.code;
  const text = field.value.trim();
  if (!text) return field.focus();
  if (text.length > 24) return answer(text);
  const told = await report({ code: text, key: newKey(), waits: false });
  if (told) show({ ...told, number: true });
  else part("typed-offline").hidden = false;
}

// The answer first, from this phone alone; then the report, and what the server knows besides.
async function answer(text, since = performance.now()) {
  scanning = false;
  const at = now(known);
  const district = part("form").elements.district.value;
  const found = able && known ? await judged(text, known, district, at / 1000) : { reason: "" };
  const key = newKey();
  if (found.reason) show({ ...found, seen: seenBefore(found, at) });
  page.dataset.took = (performance.now() - since).toFixed(1);
  const told = await report({ code: text, told: found.reason, at: Math.round(at), key, waits: true });
  if (told) show({ ...found, ...told });
  else if (!found.reason) show({ reason: "unknown_key" });
}

// The same step shown once more on this phone: a clock time, else nothing.
function seenBefore({ reason, claims, step }, at) {
  if (reason !== "valid" || step === null) return "";
  for (const [key, when] of seen) if (at - when > AGAIN) seen.delete(key);
  const key = `${claims.number}.${step}`;
  const before = seen.get(key);
  if (!before) seen.set(key, at);
  return before ? new Date(before).toLocaleTimeString() : "";
}

async function report({ code, told = "", at = "", key, waits }) {
  const form = part("form").elements;
  const entries = Object.entries({ code: code.slice(0, 1300), told, at: String(at), place: form.place?.value ?? "", district: form.district.value, idempotency_key: key });
  const item = { id: key, url: page.dataset.url, label: page.dataset.label, page: location.pathname, person: person(), draft: "", entries };
  if (waits) await keep(item).catch((error) => console.warn("outbox", error));
  if (!navigator.onLine) return null;
  const body = new FormData();
  for (const [name, value] of entries) body.append(name, value);
  const headers = { "X-CSRFToken": csrfFromCookie(), Accept: "application/json", "X-Outbox": "1" };
  try {
    const response = await fetch(item.url, { method: "POST", body, credentials: "same-origin", headers, signal: AbortSignal.timeout(PATIENCE) });
    if (!response.ok || response.redirected) return null;
    const answered = await response.json();
    if (waits) await drop(key);
    return answered;
  } catch {
    return null; // it waits in the outbox
  }
}

function show({ reason, claims, kind, until, shows = [], seen: again = "", elsewhere = "" }) {
  const template = page.querySelector(`template[data-reason="${reason}"]`);
  const result = part("result");
  result.dataset.state = template.dataset.state;
  result.dataset.reason = reason;
  part("words").replaceChildren(template.content.cloneNode(true));
  const kinds = Object.values(known?.kinds ?? {}).find((one) => one[claims?.kind]);
  const name = kind || kinds?.[claims?.kind]?.name || "";
  const end = until || (claims && reason === "valid" ? new Date(claims.expires * 1000).toLocaleString() : "");
  line("kind", [name, claims?.label].filter(Boolean).join(" · "));
  line("until", end);
  line("shows", shows.join(" · "));
  line("seen", again);
  line("elsewhere", elsewhere);
  result.hidden = false;
  part("scan").hidden = true;
  part("words").focus({ preventScroll: true });
  result.scrollIntoView({ block: "nearest" });
  navigator.vibrate?.(reason === "valid" ? 60 : [120, 80, 120]);
  if (part("sound").checked) beep(reason === "valid");
}

function line(name, text) {
  const row = part(name);
  row.hidden = !text;
  row.querySelector("[data-text]").textContent = text;
}

function beep(good) {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  tone.frequency.value = good ? 880 : 220;
  tone.connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + (good ? 0.12 : 0.4));
  tone.onended = () => audio.close();
}

function next() {
  part("result").hidden = true;
  part("scan").hidden = false;
  part("typed-offline").hidden = true;
  part("form").elements.code.value = "";
  delete page.dataset.took;
  if (!video.srcObject) return part("start").focus();
  scanning = true;
  frames();
}

addEventListener("pagehide", () => video.srcObject?.getTracks().forEach((track) => track.stop()));
start();
