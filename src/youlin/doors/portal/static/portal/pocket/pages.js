// The answers and the page of a place, written without the server: the same lists, classes and words as its templates
// (templates/portal/places/_answers.html, _row.html, place.html). Everything that was typed is escaped.

const DRAWN = {
  ok: '<circle cx="6" cy="6" r="5.4"/>',
  soon: '<path d="M6 .6 11.8 11.4H.2z"/>',
  late: '<path d="M.8.8h10.4v10.4H.8z"/>',
  none: '<path d="M6 .6a5.4 5.4 0 1 0 .01 0zm0 1.8a3.6 3.6 0 1 1-.01 0z"/>',
};
const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const escape = (text) => String(text ?? "").replace(/[&<>"']/g, (sign) => SIGNS[sign]);

export class Pages {
  constructor(telling, kept, now) {
    Object.assign(this, { telling, words: telling.words, district: telling.district, kept, now });
  }

  icon(name) {
    const drawing = this.words.icons[name] ?? this.words.icons.pin;
    return `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${drawing}</svg>`;
  }

  light(state, label) {
    const drawing = `<svg class="light light-${state}" viewBox="0 0 12 12" role="img" aria-label="${escape(label)}">`;
    return `${drawing}${DRAWN[state]}</svg>`;
  }

  stateLine(state) {
    const colour = state.light === "none" ? "" : ` is-${state.light}`;
    return `<span class="strong${colour}">${this.light(state.light, state.words)} ${escape(state.words)}</span>`;
  }

  // What is shown was kept some time ago, and how far it can be trusted.
  note() {
    const { telling, words, district, now } = this;
    const age = telling.age(this.kept, now);
    const old = now >= district.old;
    const told = [telling.say(old ? words.old : words.kept, { age })];
    if (district.file.left_out) told.push(telling.say(words.left_out, { n: district.file.left_out }));
    return `<p class="note ${old ? "note-soon" : "note-sky"} places-kept" role="status">${this.icon("offline")} <span>${escape(told.join(" "))}</span></p>`;
  }

  row({ place, metres }, at, { toldNow, far, plain, search }) {
    const { telling, words } = this;
    const name = telling.name(place);
    const href = `/places/${place.number}/`;
    const has = place.has.map((one) =>
      one.works ? escape(telling.name(one)) : `<s>${escape(telling.name(one))}</s><span class="visually-hidden">${escape(words.broken)}</span>`,
    );
    const last = [escape(telling.name(place.kind)), escape(telling.confirmed(place, this.now))];
    if (place.flagged) last.push(`<span class="is-soon strong">${escape(words.flagged)}</span>`);
    if (place.demo) last.push(escape(words.demo));
    const state = this.stateLine(telling.state(place, at, toldNow));
    const way = search ? telling.wayIn(place, search) : "";
    return `<li class="list-row places-item"${plain ? "" : ` data-point="${escape(place.number)}"`}>
      <span class="places-kind" aria-hidden="true">${this.icon(place.kind.icon)}</span>
      <div class="grow stack-tight"><a class="row-link" href="${href}">${escape(name)}</a>
      <p class="small">${state}${far ? ` · ${escape(telling.distance(metres))}` : ""}${way ? ` · ${escape(way)}` : ""}</p>
      ${has.length ? `<p class="small muted places-line">${has.join(" · ")}</p>` : ""}
      <p class="tiny muted">${last.join(" · ")}</p></div>
      <a class="btn btn-icon places-way" href="${href}#go" aria-label="${escape(telling.say(words.go_to, { name }))}">${this.icon("route")}</a></li>`;
  }

  // The list that answers a search; `search` is what asking.js read from the address.
  answers(search) {
    const { words, telling } = this;
    const found = this.district.find(search);
    const size = this.district.file.page;
    const pages = Math.max(1, Math.ceil(found.length / size));
    const at = search.moment ?? this.now;
    const told = { toldNow: search.moment === null, far: Boolean(search.here), search };
    const shown = found.slice((search.page - 1) * size, search.page * size);
    const title = this.title(search);
    const count = telling.say(words.found[found.length === 1 ? 0 : 1], { n: found.length });
    const legend = ["ok", "soon", "none"].map((state, number) => `${this.light(state, words.signs[number])} ${escape(words.legend[number])}`);
    return `<section class="sheet" id="answers" aria-labelledby="answers-title" data-query="${escape(search.query)}" data-kept="${this.kept}">
      <div class="sheet-head"><h2 id="answers-title">${escape(title)}</h2>
      <span class="muted small" role="status">${escape(count)}${search.here ? ` · ${escape(words.straight)}` : ""}</span></div>
      ${this.note()}
      ${shown.length ? `<p class="tiny muted row row-tight portal-legend">${legend.join(" ")}</p>` : ""}
      <ul class="list" role="list">${shown.map((one) => this.row(one, at, told)).join("") || this.empty(search)}</ul>
      ${this.pager(search, pages)}</section>`;
  }

  title(search) {
    const { words, telling } = this;
    if (search.words) return `“${search.words}”`;
    if (search.open) return words.open_title;
    if (search.moment !== null) {
      const { month, date, clock } = telling.local(search.moment);
      return telling.say(words.at_title, { at: `${month}-${date} ${clock}` });
    }
    return search.here ? words.near_title : words.title;
  }

  empty(search) {
    const { words } = this;
    const title = search.at === null ? words.none_title : words.none_time;
    const all = `/places/?district=${encodeURIComponent(this.district.file.district)}`;
    return `<li><div class="empty">${this.icon("map")}<h2>${escape(title)}</h2><p>${escape(words.none_text)}</p>
      <a class="btn btn-primary" href="${all}">${escape(words.all)}</a></div></li>`;
  }

  pager(search, pages) {
    if (pages < 2) return "";
    const link = (page, rel, label) => `<a class="btn" rel="${rel}" href="/places/?${escape(search.query)}&amp;page=${page}">${escape(label)}</a>`;
    const before = search.page > 1 ? link(search.page - 1, "prev", this.words.before) : "";
    const after = search.page < pages ? link(search.page + 1, "next", this.words.after) : "";
    return `<nav class="pager no-print">${before}${after}<span class="muted small push">${search.page} / ${pages}</span></nav>`;
  }

  place(place) {
    const { telling, words, now } = this;
    const state = telling.state(place, now, true);
    const badge = place.demo ? ` <span class="badge badge-example">${escape(words.demo)}</span>` : "";
    const where = [telling.name(place.kind), telling.area(place), place.address].filter(Boolean).map(escape).join(" · ");
    return `${this.note()}
      <div class="page-head places-head"><span class="places-kind places-kind-big" aria-hidden="true">${this.icon(place.kind.icon)}</span>
      <div><h1>${escape(telling.name(place))}</h1><p class="muted">${where}${badge}</p></div></div>
      ${place.flagged ? `<p class="note note-soon">${escape(words.flagged_long)}</p>` : ""}
      ${this.hours(place, state)}${state.open ? "" : this.instead(place)}${this.go(place)}${this.has(place)}${this.access(place)}
      <footer class="small muted"><p>${escape(telling.confirmed(place, now))} · ${escape(place.number)}</p></footer>`;
  }

  missing() {
    const { words } = this;
    return `${this.note()}<div class="card"><div class="empty">${this.icon("offline")}<h1>${escape(words.missing)}</h1>
      <p>${escape(words.missing_text)}</p><a class="btn btn-primary" href="/places/">${escape(words.find)}</a></div></div>`;
  }

  hours(place, state) {
    const { words, telling } = this;
    const week = telling.week(place, this.now);
    const rows = week.map(
      (day, number) => `<tr${number ? "" : ' class="is-selected"'}><th scope="row">${escape(day.name)} <span class="muted">${day.date}</span></th><td>${escape(day.times)}</td></tr>`,
    );
    const table = `<details><summary>${escape(words.week)}</summary><table class="table places-week"><tbody>${rows.join("")}</tbody></table></details>`;
    const today = week.length && week[0].times !== words.whole ? `<p>${escape(words.today)} ${escape(week[0].times)}</p>` : "";
    return `<section class="card stack" aria-labelledby="hours"><h2 id="hours" class="visually-hidden">${escape(words.hours)}</h2>
      <p class="places-state">${this.stateLine(state)}</p>${today}
      ${week.length ? table : `<p class="small muted">${escape(words.no_hours)}</p>`}</section>`;
  }

  instead(place) {
    const here = [place.lon, place.lat];
    const asked = { words: "", needs: [], kinds: [place.kind.code], area: "", at: this.now, wheelchair: false, here };
    const found = this.district.find(asked).filter((one) => one.place !== place).slice(0, 3);
    if (!found.length) return "";
    const rows = found.map((one) => this.row(one, this.now, { toldNow: true, far: true, plain: true }));
    return this.card("instead", this.words.instead, `<ul class="list" role="list">${rows.join("")}</ul>`);
  }

  go(place) {
    const { words } = this;
    const [lon, lat] = [place.lon.toFixed(6), place.lat.toFixed(6)];
    const own = `geo:${lat},${lon}?q=${lat},${lon}(${encodeURIComponent(place.name)})`;
    const map = `/places/?district=${encodeURIComponent(this.district.file.district)}&lon=${lon}&lat=${lat}`;
    const phone = place.phone ? `<p>${this.icon("phone")} <a href="tel:${escape(place.phone)}">${escape(place.phone)}</a></p>` : "";
    const ways = place.ways.map((one, number) => `<li class="list-row"><span class="count">${number + 1}</span><span class="grow">${escape(one.name)}${one.note ? ` · <span class="muted">${escape(one.note)}</span>` : ""}</span>${this.step(one.step)}</li>`);
    return this.card("go", words.how_to, `<div class="btn-row"><a class="btn btn-primary" href="${escape(own)}">${escape(words.own_map)}</a>
      <a class="btn" href="${escape(map)}">${escape(words.on_map)}</a></div>
      ${ways.length ? `<ul class="list" role="list" aria-label="${escape(words.entrances)}">${ways.join("")}</ul>` : ""}${phone}`);
  }

  step(step) {
    if (step < 0) return "";
    return `<span class="badge ${step ? "badge-ok" : "badge-soon"}">${escape(step ? this.words.step_free : this.words.steps)}</span>`;
  }

  has(place) {
    if (!place.has.length) return "";
    const { telling, words } = this;
    const rows = place.has.map((one) =>
      one.works ? `<li>${escape(telling.name(one))}</li>` : `<li><s>${escape(telling.name(one))}</s> <span class="badge badge-soon">${escape(words.broken_badge)}</span></li>`,
    );
    return this.card("has", words.has, `<ul class="places-has" role="list">${rows.join("")}</ul>`);
  }

  access(place) {
    const { words } = this;
    const rows = [...place.access].map((sign, number) => {
      const [state, told] = words.levels[sign] ?? ["none", words.access_unknown];
      return `<div><dt>${escape(words.profiles[number])}</dt><dd>${this.light(state, told)} ${escape(told)}</dd></div>`;
    });
    return this.card("access", words.access, `<dl class="pairs">${rows.join("")}</dl>`);
  }

  card(id, title, inside) {
    return `<section class="card stack" aria-labelledby="${id}"><h2 id="${id}">${escape(title)}</h2>${inside}</section>`;
  }

  // The map's points, in the form <youlin-map> reads.
  geojson(search, box) {
    const inside = ({ place }) => !box || (place.lon >= box[0] && place.lon <= box[2] && place.lat >= box[1] && place.lat <= box[3]);
    const at = search.moment ?? this.now;
    const features = this.district.find(search).filter(inside).map(({ place }) => {
      const state = this.telling.state(place, at, search.moment === null);
      const properties = { id: place.number, label: `${this.telling.name(place)} · ${state.words}`, href: `/places/${place.number}/` };
      properties.state = ["ok", "soon"].includes(state.light) ? state.light : "none";
      return { type: "Feature", geometry: { type: "Point", coordinates: [place.lon, place.lat] }, properties };
    });
    return { type: "FeatureCollection", features };
  }
}
