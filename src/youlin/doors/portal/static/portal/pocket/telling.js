// What the district's file says, in words: the same as the server's pages, with the sentences that came with them.

import { metres } from "./district.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const EPOCH_DAY = 719163; // the number of 1 January 1970 where 1 January of the year 1 is the first

export class Telling {
  constructor(words, district) {
    this.words = words;
    this.district = district;
    const { zone } = district.file;
    this.parts = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    });
  }

  say(sentence, values = {}) {
    return sentence.replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? "");
  }

  name(one) {
    return this.words.en && one.en ? one.en : one.name;
  }

  area(place) {
    return place.area[this.words.en ? 2 : 1];
  }

  // Date and time where the district lies: {day (days since 1970), month, date, clock, weekday (Monday 0)}.
  local(at) {
    const told = Object.fromEntries(this.parts.formatToParts(at).map(({ type, value }) => [type, value]));
    const day = Date.UTC(told.year, told.month - 1, told.day) / DAY;
    return { day, month: told.month, date: told.day, clock: `${told.hour}:${told.minute}`, weekday: (day + 3) % 7 };
  }

  moment(at, since) {
    const [then, now] = [this.local(at), this.local(since)];
    const days = then.day - now.day;
    if (days === 0) return then.clock;
    if (days === 1) return then.clock === "00:00" ? this.words.midnight : this.say(this.words.tomorrow, { time: then.clock });
    return `${days < 7 ? this.words.days[then.weekday] : `${then.month}-${then.date}`} ${then.clock}`;
  }

  // {light, words, open}: how a place stands; `toldNow` when the moment is the present one.
  state(place, at, toldNow) {
    const { words } = this;
    const { state, until, reason } = this.district.standing(place, at);
    if (state === "shut") return { light: "late", words: this.say(words.closure, { reason }), open: false };
    if (state === "unknown") return { light: "none", words: words.unknown, open: null };
    if (state === "closed") {
      const told = until === null ? words.never : this.say(words.opens, { time: this.moment(until, at) });
      return { light: "none", words: told, open: false };
    }
    if (until === null) return { light: "ok", words: words.whole, open: true };
    if (toldNow && until - at <= this.district.file.soon * MINUTE) {
      const n = Math.max(1, Math.ceil((until - at) / MINUTE));
      return { light: "soon", words: this.say(words.leaves, { n }), open: true };
    }
    return { light: "ok", words: this.say(words.until, { time: this.moment(until, at) }), open: true };
  }

  distance(metres) {
    if (metres < 995) return this.say(this.words.metres, { n: Math.max(10, Math.round(metres / 10) * 10) });
    return this.say(this.words.kilometres, { n: (metres / 1000).toFixed(1) });
  }

  // By which way one goes in, as entrances.py says it: the nearest to where one stands, of those without steps if these
  // are asked for; "" where neither is said.
  wayIn(place, { here, wheelchair }) {
    if (!place.ways.length || (!here && !wheelchair)) return "";
    const level = place.ways.filter(({ step }) => step > 0);
    if (wheelchair && !level.length) return place.ways.every(({ step }) => step === 0) ? this.words.steps_everywhere : "";
    const from = here ?? [place.lon, place.lat];
    const best = (wheelchair ? level : place.ways).reduce((one, other) => (metres(other, from) < metres(one, from) ? other : one));
    return this.say(best.step > 0 ? this.words.level_in : this.words.way_in, { name: best.name });
  }

  confirmed(place, now) {
    const { words } = this;
    if (!place.seen || !place.how) return words.unseen;
    const how = words.how[place.how];
    const days = this.local(now).day - (place.seen - EPOCH_DAY);
    if (days <= 0) return this.say(words.today_how, { how });
    return days === 1 ? this.say(words.yesterday_how, { how }) : this.say(words.days_how, { n: days, how });
  }

  age(since, now) {
    const [fresh, minutes, hours, days] = this.words.ages;
    const past = Math.max(now - since, 0);
    if (past < MINUTE) return fresh;
    if (past < HOUR) return this.say(minutes, { n: Math.floor(past / MINUTE) });
    return past < DAY ? this.say(hours, { n: Math.floor(past / HOUR) }) : this.say(days, { n: Math.floor(past / DAY) });
  }

  // The week that begins today, as the server tells it: what began before midnight stands at its own day.
  week(place, now) {
    const spans = this.district.spansOf(place);
    if (!spans.length) return [];
    const today = this.local(now);
    const [hour, minute] = today.clock.split(":").map(Number);
    const first = Math.floor(now / MINUTE) * MINUTE - (hour * 60 + minute) * MINUTE;
    return Array.from({ length: 7 }, (_, number) => this.dayOf(spans, first + number * DAY, number));
  }

  dayOf(spans, start, number) {
    const times = [];
    for (const { state, from, to } of spans) {
      const carried = from < start && to - start < DAY / 2;
      if (state !== "o" || carried || to <= start || from >= start + DAY) continue;
      const end = to - start < 1.5 * DAY ? to : start + DAY;
      times.push(`${this.clock(Math.max(from, start) - start)}–${this.clock(end - start)}`);
    }
    const { month, date, weekday } = this.local(start);
    const whole = times.length === 1 && times[0] === "00:00–24:00";
    return {
      name: number ? this.words.days[weekday] : this.words.today,
      date: `${month}-${date}`,
      times: whole ? this.words.whole : times.join("，") || this.words.off,
    };
  }

  clock(length) {
    const minutes = Math.round(length / MINUTE);
    const time = (hours) => `${String(hours).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
    const hours = Math.floor(minutes / 60);
    return hours >= 24 && minutes !== 1440 ? this.say(this.words.nextday, { time: time(hours - 24) }) : time(hours);
  }
}
