// The district's file, opened: its places, what is asked of them, and how each stands at a moment. Whether a place is
// open is looked up in spans that the server evaluated; nothing here reads opening hours.

const EARTH = 6371008.8;
const MICRO = 1e6;
const RADIANS = Math.PI / 180;
const MINUTE = 60_000;

export class District {
  constructor(file) {
    this.file = file;
    this.kinds = file.kinds.map(([code, name, en, icon, role]) => ({ code, name, en, icon, role }));
    this.facilities = file.facilities.map(([code, name, en]) => ({ code, name, en }));
    this.spans = new Map();
    const columns = file.places;
    this.places = (columns.number ?? []).map((number, at) => ({
      at,
      number,
      name: columns.name[at],
      en: columns.en[at],
      kind: this.kinds[columns.kind[at]],
      lon: columns.x[at] / MICRO,
      lat: columns.y[at] / MICRO,
      area: file.areas[columns.area[at]],
      address: columns.address[at],
      phone: columns.phone[at],
      hours: columns.hours[at],
      access: columns.access[at],
      has: columns.has[at].map((sign) => ({ ...this.facilities[sign < 0 ? ~sign : sign], works: sign >= 0 })),
      closed: columns.closed[at] || [],
      ways: (columns.ways[at] || []).map(([name, x, y, step, note]) => ({ name, lon: x / MICRO, lat: y / MICRO, step, note })),
      seen: columns.seen[at],
      how: columns.how[at],
      flagged: Boolean(columns.marks[at] & 1),
      demo: Boolean(columns.marks[at] & 2),
    }));
  }

  place(number) {
    const wanted = number.toUpperCase();
    return this.places.find((one) => one.number === wanted);
  }

  // [{state: "o" | "c" | "u", from, to}] in milliseconds, one after the other.
  spansOf(place) {
    if (place.hours < 0) return [];
    if (!this.spans.has(place.hours)) {
      let from = this.file.start * MINUTE;
      const found = [];
      for (const [, state, minutes] of this.file.hours[place.hours].matchAll(/([cou])(\d+)/g)) {
        found.push({ state, from, to: (from += Number(minutes) * MINUTE) });
      }
      this.spans.set(place.hours, found);
    }
    return this.spans.get(place.hours);
  }

  // How a place stands at a moment: {state: "open" | "closed" | "unknown" | "shut", until, reason}.
  standing(place, at) {
    const shut = place.closed.find(([from, to]) => from * MINUTE <= at && (!to || at < to * MINUTE));
    if (shut) return { state: "shut", reason: shut[2], until: shut[1] ? shut[1] * MINUTE : null };
    const spans = this.spansOf(place);
    const now = spans.findIndex(({ from, to }) => from <= at && at < to);
    if (now < 0 || spans[now].state === "u") return { state: "unknown", until: null };
    const until = spans[now].to;
    const near = until < at + this.file.horizon * MINUTE;
    if (near && now + 1 === spans.length) return { state: "unknown", until: null }; // what comes then is not in the file
    return { state: spans[now].state === "o" ? "open" : "closed", until: near ? until : null };
  }

  // From when on the file does not reach as far ahead as the server looks.
  get old() {
    return (this.file.end - this.file.horizon) * MINUTE;
  }

  // All that fit, the nearest first. `asked`: {words, needs, kinds, area, at, wheelchair, here}.
  find(asked) {
    const from = asked.here ?? this.middleOf(asked.area);
    const words = normal(asked.words).split(" ").filter(Boolean);
    const fits = this.places.filter((place) => this.fits(place, asked, words));
    const found = fits.map((place) => ({ place, metres: from ? metres(place, from) : 0 }));
    return found.sort((one, other) => one.metres - other.metres || one.place.at - other.place.at);
  }

  fits(place, asked, words) {
    if (asked.kinds.length ? !asked.kinds.includes(place.kind.code) : place.kind.role !== "point") return false;
    if (asked.area && !place.area[0].startsWith(asked.area)) return false;
    if (asked.wheelchair && place.access[0] !== "y") return false;
    const works = (need) => place.has.some((one) => one.code === need && one.works);
    if (!asked.needs.every(works)) return false;
    if (words.length && !words.every((word) => contains(this.textOf(place), word))) return false;
    return asked.at === null || this.standing(place, asked.at).state === "open";
  }

  textOf(place) {
    const said = place.said ?? (place.said = this.file.places.said[place.at].split(" "));
    const initials = said.map((one) => one.slice(0, 1)).join("");
    const kind = `${place.kind.name} ${place.kind.en}`;
    const parts = [place.name, place.en, kind, place.address, place.number, said.join(""), said.join(" "), initials];
    return (place.text ??= normal(parts.join(" ")));
  }

  middleOf(area) {
    return this.file.streets.find(([code]) => code === area)?.[1] ?? this.file.middle;
  }
}

// As the server does: half and full width, capitals and blanks made one.
function normal(text) {
  return text.normalize("NFKC").toLowerCase().split(/\s+/u).filter(Boolean).join(" ");
}

// A word in letters or digits is found from its beginning, one in Chinese wherever it stands.
function contains(text, word) {
  if (!/^[\p{Script=Latin}\p{N}]/u.test(word)) return text.includes(word);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (at === 0 || !/[\p{Script=Latin}\p{N}]/u.test(text[at - 1])) return true;
  }
  return false;
}

export function metres(place, [lon, lat]) {
  const x = (place.lon - lon) * RADIANS * Math.cos(((place.lat + lat) / 2) * RADIANS);
  return Math.hypot(x, (place.lat - lat) * RADIANS) * EARTH;
}
