// Reads {values, holidays, lat, lon, from, to} as JSON and writes what opening_hours.js answers: for each value all
// moments from `from` to `to` at which its state changes. Its evaluation is the package's own; only its table of
// China's holidays, which has neither the spring festival nor the days around a feast, is replaced by the days given.
const fs = require("fs");
const Module = require("module");
const path = require("path");

const CHINA = /(\n\s*const cn = \{\n\s*PH: )\[[^\n]*\](,\n)/;
// The specification lets the second date of a range leave out its year ("2021 Mar 28-Apr 16"); the package does not.
const YEAR_ONCE = /\b(\d{4}) ([A-Z][a-z]{2} \d+)-([A-Z][a-z]{2} \d+)/g;

function library(holidays) {
  const file = require.resolve("opening_hours");
  const days = holidays.map(([month, day]) => ({ name: "PH", fixed_date: [month, day] }));
  const source = fs.readFileSync(file, "utf8");
  if (!CHINA.test(source)) throw new Error("the package's table of China's holidays was not found");
  const loaded = new Module(file);
  loaded.filename = file;
  loaded.paths = Module._nodeModulePaths(path.dirname(file));
  loaded._compile(source.replace(CHINA, (_all, before, after) => before + JSON.stringify(days) + after), file);
  return loaded.exports.default || loaded.exports;
}

function changes(OpeningHours, value, place, from, to) {
  const asked = new OpeningHours(value.replace(YEAR_ONCE, "$1 $2-$1 $3"), place, { mode: 2 });
  const iterator = asked.getIterator(from);
  const state = () => ({ close: "closed" })[iterator.getStateString()] || iterator.getStateString();
  const found = [[from.getTime() / 1000, state()]];
  while (iterator.advance(to) && iterator.getDate() < to) {
    if (state() !== found.at(-1)[1]) found.push([iterator.getDate().getTime() / 1000, state()]);
  }
  return found;
}

const asked = JSON.parse(fs.readFileSync(0, "utf8"));
const OpeningHours = library(asked.holidays);
const place = { lat: asked.lat, lon: asked.lon, address: { country_code: "cn", state: "" } };
const [from, to] = [new Date(asked.from), new Date(asked.to)];
const answers = {};
for (const value of asked.values) {
  try {
    answers[value] = changes(OpeningHours, value, place, from, to);
  } catch (error) {
    if (typeof error !== "string") throw error; // words about the value are what the package throws when it refuses
  }
}
const versions = ["opening_hours", "suncalc"].map((name) => {
  const folder = path.join("node_modules", name, "package.json");
  return `${name} ${JSON.parse(fs.readFileSync(folder, "utf8")).version}`;
});
process.stdout.write(JSON.stringify({ versions, answers }));
