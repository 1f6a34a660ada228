// A code as phones read it: the same rules as apps/passes/codes.py, by WebCrypto, without a network. Nothing here knows a
// page; a test runs it under node.

export const LINK_BYTES = 15;
const ALG = "Ed25519";
const LONGEST = 1200;
const MOST_LINKS = (24 * 3600) / 15;
const MARK = "/v/#";
const SCRIPT = new URL("../vendor/@noble/ed25519/index.js", import.meta.url).href;
const PART = /^[A-Za-z0-9_-]+$/;
const SIGNATURE = /^[A-Za-z0-9_-]{85}[AQgw]$/; // 64 bytes in the one way that they are spelt

export class Refused extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export const toDigits = (text) => [...text].map((sign) => String(sign.charCodeAt(0) - 45).padStart(2, "0")).join("");

const fromDigits = (digits) => digits.replace(/../g, (two) => String.fromCharCode(Number(two) + 45));

export function bytesOf(text) {
  if (!PART.test(text) || text.length % 4 === 1) throw new Refused("not_ours");
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

export function spelt(bytes) {
  const plain = btoa(String.fromCharCode(...bytes));
  return plain.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// The token in what a camera saw: an address, its digits, or the token itself.
export function textIn(scanned) {
  if (scanned.length > LONGEST) throw new Refused("too_long");
  let found = scanned.trim();
  if (found.includes(MARK)) found = found.slice(found.indexOf(MARK) + MARK.length);
  if (/^([0-9]{2})+$/.test(found)) found = fromDigits(found);
  if (![3, 4].includes(found.split(".").length)) throw new Refused("not_ours");
  return found;
}

const imported = new Map();

function keyOf({ kty, crv, x }) {
  if (!imported.has(x)) imported.set(x, crypto.subtle.importKey("jwk", { kty, crv, x }, { name: ALG }, false, ["verify"]));
  return imported.get(x);
}

const byBrowser = async (key, signature, message) => crypto.subtle.verify({ name: ALG }, await keyOf(key), signature, message);

// As strict as WebCrypto is (RFC 8032 and FIPS 186-5, not ZIP 215).
async function byScript() {
  const { verifyAsync } = await import(SCRIPT);
  return (key, signature, message) => verifyAsync(signature, message, bytesOf(key.x), { zip215: false }).catch(() => false);
}

let checking;

// How signatures are checked here. Ed25519 in WebCrypto is younger than many phones: where it is refused, and only there,
// a library in plain script does it. Rejects where neither can.
function checker() {
  checking ??= (async () => {
    try {
      await keyOf({ kty: "OKP", crv: ALG, x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
      return byBrowser;
    } catch {
      return byScript();
    }
  })();
  checking.catch(() => (checking = undefined));
  return checking;
}

// Whether this browser can verify at all.
export const canVerify = () => checker().then(() => Boolean(crypto.subtle), () => false);

// The files without which a phone like this one cannot verify when there is no network.
export const needed = async () => ((await checker().catch(() => byBrowser)) === byBrowser ? [] : [SCRIPT]);

function json(bytes) {
  try {
    const found = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (found !== null && typeof found === "object" && !Array.isArray(found)) return found;
  } catch {
    // what cannot be read is none of ours
  }
  throw new Refused("not_ours");
}

// {claims, key, link}: what one of these keys (a JWK set's) has signed. Throws `Refused`.
export async function opened(scanned, keys) {
  const [head, body, signature, link, ...more] = textIn(scanned).split(".");
  if (more.length || ![head, body, ...(link === undefined ? [] : [link])].every((part) => PART.test(part))) {
    throw new Refused("not_ours");
  }
  const header = json(bytesOf(head));
  const key = keys.find((one) => one.kid === header.kid);
  const plain = Object.keys(header).sort().join() === "alg,kid" && header.alg === ALG;
  if (!plain) throw new Refused(key ? "forged" : "not_ours");
  if (!key) throw new Refused("unknown_key");
  if (!(await signed(key, head, body, signature))) throw new Refused("forged");
  const claims = claimsOf(bytesOf(body));
  if (Boolean(claims.period) !== (link !== undefined)) throw new Refused("forged");
  return { claims, key, link: link ?? "" };
}

async function signed(key, head, body, signature) {
  if (!SIGNATURE.test(signature)) return false;
  const message = new TextEncoder().encode(`${head}.${body}`);
  return (await checker())(key, bytesOf(signature), message);
}

function claimsOf(payload) {
  const said = json(payload);
  const { jti: number, k: kind, iat: issued, exp: expires, nbf: begins = 0, r: period = 0, a: anchor = "", t: label = "" } = said;
  const moments = [issued, expires, begins, period].every((one) => Number.isInteger(one) && one >= 0);
  const texts = [number, kind, anchor, label].every((one) => typeof one === "string");
  const links = period ? Math.ceil((expires - issued) / period) : 0;
  const right = moments && texts && /^[0-9A-Z]{9}$/.test(number) && /^[a-z][a-z0-9_]{0,31}$/.test(kind);
  if (!right || Boolean(period) !== Boolean(anchor) || links > MOST_LINKS) throw new Refused("not_ours");
  return { number, kind, issued, expires, begins, period, anchor, label, links };
}

const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

async function hashed(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).subarray(0, LINK_BYTES);
}

// Every link of a chain, from its beginning to its end (the anchor): [0…links].
export async function chain(seed, links) {
  const found = [seed.slice(0, LINK_BYTES)];
  for (let at = 0; at < links; at += 1) found.push(await hashed(found[at]));
  return found;
}

// The step that a link belongs to, where it is that of this moment give or take `skew` seconds.
export async function stepShown(claims, link, now, skew) {
  const [shown, anchor] = [linkOf(link), linkOf(claims.anchor)];
  const first = Math.max(0, Math.floor((now - skew - claims.issued) / claims.period));
  const last = Math.min(claims.links - 1, Math.floor((now + skew - claims.issued) / claims.period));
  let value = shown;
  for (let step = 0; step < claims.links; step += 1) {
    value = await hashed(value);
    if (!same(value, anchor)) continue;
    if (step >= first && step <= last) return step;
    throw new Refused(step < first ? "old_picture" : "not_yet");
  }
  throw new Refused("forged");
}

function linkOf(text) {
  if (text.length !== (LINK_BYTES * 4) / 3) throw new Refused("forged");
  try {
    return bytesOf(text);
  } catch {
    throw new Refused("forged");
  }
}

// {bits, issued}: a district's signed list of revoked codes (Token Status List). Throws where it is not one of ours.
export async function listOf(text, keys, district) {
  const [head, body, signature, ...more] = text.trim().split(".");
  const header = json(bytesOf(head ?? ""));
  const key = keys.find((one) => one.kid === header.kid && one.district === district);
  const ours = key && !more.length && header.alg === ALG && header.typ === "statuslist+jwt";
  if (!ours || !(await signed(key, head, body, signature))) throw new Refused("forged");
  const said = json(bytesOf(body));
  const packed = bytesOf(said.status_list.lst);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return { bits: new Uint8Array(await new Response(stream).arrayBuffer()), issued: said.iat };
}

// Whether the list says that a number holds no more. Its place: SHA-256, four bytes, the last bits as many as the list has.
export async function isRevoked(number, list) {
  const digest = new DataView(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(number)));
  const slot = digest.getUint32(0) % (list.bits.length * 8);
  return Boolean((list.bits[slot >> 3] >> (slot & 7)) & 1);
}

// What a code is worth by itself and by the list, at a moment in seconds: {reason, claims, step}.
export async function judged(scanned, known, district, now) {
  let found;
  try {
    found = await opened(scanned, known.keys);
    const { claims, key, link } = found;
    const skew = known.kinds?.[key.district]?.[claims.kind]?.skew ?? 30;
    if (district && key.district !== district) throw new Refused("wrong_district");
    if (now > claims.expires + skew) throw new Refused("expired");
    if (Math.max(claims.issued, claims.begins) > now + skew) throw new Refused("not_yet");
    const step = claims.period ? await stepShown(claims, link, now, skew) : null;
    const list = known.lists?.[key.district];
    if (list && (await isRevoked(claims.number, list))) throw new Refused("revoked");
    return { reason: "valid", claims, district: key.district, step };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { reason: error.reason, claims: found?.claims, district: found?.key.district, step: null };
  }
}
