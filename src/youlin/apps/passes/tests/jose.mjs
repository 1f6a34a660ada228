// Run by test_jose.py: what an independent library makes of our codes, and codes made by it. One JSON in, one out.

import { compactVerify, createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, CompactSign } from "jose";
import { register } from "node:module";
import { chain, judged, listOf, spelt } from "../../../doors/codes/static/codes/reading.js";

const given = JSON.parse(await new Promise((done) => {
  let text = "";
  process.stdin.on("data", (part) => (text += part)).on("end", () => done(text));
}));
const keys = createLocalJWKSet({ keys: given.keys });
const algorithms = ["Ed25519"];

async function outcome(work) {
  try {
    return await work();
  } catch (error) {
    return { error: error.code ?? error.name };
  }
}

const theirs = await generateKeyPair("Ed25519", { extractable: true });
const sign = (header, payload) => new CompactSign(new TextEncoder().encode(JSON.stringify(payload))).setProtectedHeader(header).sign(theirs.privateKey);
const known = { keys: given.keys, kinds: {}, lists: { [given.district]: await listOf(given.list, given.keys, given.district) } };
const seed = Uint8Array.from(given.seed);
const links = await chain(seed, given.links);
const judgedAll = (how) => Promise.all(given.codes.map(([code, now]) => how(code, known, given.district, now)));

// The same rules once more, as on a phone whose WebCrypto refuses Ed25519: with the library that pages are served.
async function withoutEd25519() {
  const resolve = `export async function resolve(name, context, next) {
    return next(name.includes("vendor/@noble/ed25519") ? ${JSON.stringify(import.meta.resolve("@noble/ed25519"))} : name, context);
  }`;
  register(`data:text/javascript,${encodeURIComponent(resolve)}`);
  const { importKey } = crypto.subtle;
  crypto.subtle.importKey = async () => {
    throw new DOMException("Unrecognized name.", "NotSupportedError");
  };
  try {
    const again = await import("../../../doors/codes/static/codes/reading.js?again");
    const refused = await judgedAll(async (...all) => again.judged(...all));
    if (!(await again.needed()).length) throw new Error("the library was not used");
    return refused;
  } finally {
    crypto.subtle.importKey = importKey;
  }
}

process.stdout.write(
  JSON.stringify({
    tokens: await Promise.all(given.tokens.map((token) => outcome(async () => (await jwtVerify(token, keys, { algorithms })).payload))),
    forged: await outcome(async () => (await compactVerify(given.forged, keys, { algorithms })).payload),
    list: await outcome(async () => JSON.parse(new TextDecoder().decode((await compactVerify(given.list, keys, { algorithms })).payload))),
    public: { ...(await exportJWK(theirs.publicKey)), kid: "jose" },
    signed: await sign({ alg: "Ed25519", kid: "jose" }, given.claims),
    typed: await sign({ alg: "Ed25519", kid: "jose", typ: "JWT" }, given.claims),
    judged: await judgedAll(judged),
    scripted: await withoutEd25519(),
    chain: [spelt(links[given.links]), spelt(links[given.links - 1])],
  }),
);
