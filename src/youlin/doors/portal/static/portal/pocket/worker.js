// The service worker's part for places: keeps the district's file and the two empty pages, and answers from them what
// the server answers when it is there. Files come first from the network, always; only who gets no answer gets ours.

import { District } from "./district.js";
import { Pages } from "./pages.js";
import { Telling } from "./telling.js";
import { boxOf, searchOf } from "./asking.js";

const FILES = "districts-1";
const SHELLS = "pages"; // with the pages of a person: thrown away when somebody else signs in
const PATIENCE = 6000;
const KEPT_AT = "X-Kept-At";
const MARK = "<!--answers-->";
const DAY = 86_400_000;
const FIND = "/places/offline/";
const PLACE = "/places/offline/place/";
const NUMBER = /^\/places\/(P-[0-9A-Za-z]+)\/$/;
const AWAY = new Set([502, 503, 504]);

export const caches_kept = [FILES];
let opened;

export function owns({ pathname }, request) {
  if (pathname === "/places/") return request.mode === "navigate" || request.headers.has("HX-Request");
  if (NUMBER.test(pathname)) return request.mode === "navigate";
  return pathname === "/places/points.geojson" || pathname === "/areas.geojson";
}

export async function respond(event, offlinePage) {
  const { request } = event;
  const fresh = fetch(request);
  event.waitUntil(fresh.catch(() => {}));
  const usable = fresh.then((response) => (AWAY.has(response.status) ? Promise.reject(response) : response));
  const answer = () => local(request).catch(() => null);
  try {
    return await Promise.race([usable, late()]);
  } catch (reason) {
    const ours = await answer();
    if (ours) return ours;
    if (reason instanceof Response) return reason;
    if (reason === "late") return fresh.catch(() => nothing(request, offlinePage));
    return nothing(request, offlinePage);
  }
}

function nothing(request, offlinePage) {
  return request.mode === "navigate" ? offlinePage() : Response.error();
}

function late() {
  return new Promise((_resolve, reject) => setTimeout(() => reject("late"), PATIENCE));
}

async function local(request) {
  const url = new URL(request.url);
  if (url.pathname === "/areas.geojson") return (await caches.match(request, { cacheName: FILES, ignoreVary: true })) ?? null;
  const found = await keptDistrict(url.searchParams.get("district"), NUMBER.exec(url.pathname)?.[1]);
  if (!found) return null;
  const shell = await shellOf(NUMBER.test(url.pathname) ? PLACE : FIND, found.district.file.district);
  if (!shell) return null;
  const now = Date.now();
  const pages = new Pages(new Telling(shell.words, found.district), found.keptAt, now);
  const number = NUMBER.exec(url.pathname)?.[1];
  if (number) {
    const place = found.district.place(number);
    return html(shell.html.replace(MARK, () => (place ? pages.place(place) : pages.missing())));
  }
  const search = searchOf(url.searchParams, found.district, now);
  if (url.pathname.endsWith(".geojson")) return Response.json(pages.geojson(search, boxOf(url.searchParams)));
  const answers = pages.answers(search);
  if (!request.headers.has("HX-Request")) return html(shell.html.replace(MARK, () => answers));
  return html(answers, { "HX-Push-Url": `/places/?${search.query}` });
}

function html(text, headers = {}) {
  return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8", ...headers } });
}

// The district asked for, the one of a place, or the one kept last.
async function keptDistrict(code, number) {
  const cache = await caches.open(FILES);
  const files = (await cache.keys()).filter(({ url }) => new URL(url).pathname === "/places/district.json");
  const wanted = code ? files.filter(({ url }) => new URL(url).searchParams.get("district") === code) : [...files].reverse();
  let first;
  for (const request of wanted) {
    const found = await openedFile(request, await cache.match(request));
    first ??= found;
    if (found && (!number || found.district.place(number))) return found;
  }
  return first ?? null;
}

async function openedFile({ url }, response) {
  if (!response) return null;
  const mark = `${url} ${response.headers.get("ETag")}`;
  const keptAt = Number(response.headers.get(KEPT_AT));
  if (opened?.mark !== mark) {
    const file = await response.json();
    if (file.format !== 1) return null;
    opened = { mark, district: new District(file) };
  }
  return { district: opened.district, keptAt };
}

function shellAddress(path, district) {
  return `${path}?district=${encodeURIComponent(district)}`;
}

async function shellOf(path, district) {
  const cache = await caches.open(SHELLS);
  const response = await cache.match(shellAddress(path, district));
  if (!response) return null;
  const text = await response.text();
  const words = /<script id="pocket-words" type="application\/json">(.*?)<\/script>/s.exec(text);
  return words ? { html: text, words: JSON.parse(words[1]) } : null;
}

// A page asks to keep its district: {district, language, areas}. Nothing is fetched again that has not changed.
export async function keep({ district, language, areas }, version) {
  const files = await caches.open(FILES);
  const url = `/places/district.json?district=${encodeURIComponent(district)}`;
  await renew(files, url, url, {});
  if (areas) await renew(files, areas, areas, {});
  const pages = await caches.open(SHELLS);
  const mark = `${version} ${language}`;
  for (const address of [FIND, PLACE].map((path) => shellAddress(path, district))) {
    const known = await pages.match(address);
    const young = Date.now() - Number(known?.headers.get(KEPT_AT)) < DAY;
    if (known?.headers.get("X-Mark") === mark && young) continue;
    await renew(pages, address, address, { "X-Mark": mark });
  }
}

async function renew(cache, url, key, marks) {
  const response = await fetch(url, { cache: "no-cache", credentials: "same-origin" });
  if (response.status !== 200 || response.redirected) return;
  const headers = new Headers({ "Content-Type": response.headers.get("Content-Type"), [KEPT_AT]: String(Date.now()), ...marks });
  const etag = response.headers.get("ETag");
  if (etag) headers.set("ETag", etag);
  await cache.put(key, new Response(await response.blob(), { headers }));
}
