// What an address asks for, as doors/portal/places/asking.py reads it; what cannot be read is left out.

export function searchOf(params, district, now) {
  const text = (name, most) => (params.get(name) ?? "").slice(0, most).trim();
  const known = (codes, words) => codes.filter((code) => words.some((word) => word.code === code));
  const moment = momentOf(text("at", 32), district.file.zone);
  const open = moment === null && params.get("open") === "now" ? "now" : "";
  const page = Number.parseInt(params.get("page") ?? "1", 10);
  const asked = new URLSearchParams(params);
  for (const name of ["page", "bbox"]) asked.delete(name);
  for (const [name, value] of [...asked]) if (!value) asked.delete(name);
  return {
    words: text("q", 100),
    needs: known(params.getAll("need"), district.facilities),
    kinds: known(text("kind", 400).split(","), district.kinds),
    area: district.file.streets.some(([code]) => code === params.get("area")) ? params.get("area") : "",
    wheelchair: params.get("wheelchair") === "1",
    here: pointOf(text("lon", 24), text("lat", 24)),
    open,
    moment,
    at: moment ?? (open ? now : null),
    page: page >= 1 && page < 1000 ? page : 1,
    query: asked.toString(),
  };
}

function pointOf(lon, lat) {
  const point = [lon, lat].map((value) => (value ? Number(value) : Number.NaN));
  return Math.abs(point[0]) <= 180 && Math.abs(point[1]) <= 90 ? point : null;
}

// "2026-11-23T18:30" where the district lies, in milliseconds.
function momentOf(text, zone) {
  const found = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)/.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute] = found.slice(1).map(Number);
  const utc = Date.UTC(year, month - 1, day, hour, minute);
  return Number.isNaN(utc) ? null : utc - offset(utc, zone);
}

function offset(at, zone) {
  const told = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(at);
  const found = /GMT([+-])(\d\d):(\d\d)/.exec(told.find(({ type }) => type === "timeZoneName").value);
  if (!found) return 0;
  return (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000;
}

export function boxOf(params) {
  const box = (params.get("bbox") ?? "").split(",").map(Number);
  return box.length === 4 && box.every(Number.isFinite) ? box : null;
}
