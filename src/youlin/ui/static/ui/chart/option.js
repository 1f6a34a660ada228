// What ECharts is told: our lines, letters and colours, from the page's tokens. Nothing here knows the page.

import { t } from "../words.js";
import { exact, short } from "./numbers.js";

const MANY = 40; // points from which on single ones are not marked
const LONG = 18; // points from which on a stretch can be chosen

export function tokensOf(element) {
  const style = getComputedStyle(element);
  const token = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: token("ink"), soft: token("ink-2"), line: token("line"), card: token("card"), control: token("control"),
    main: token("jade"), weak: token("jade-weak"), ahead: token("sky"), band: token("sky"),
    font: style.fontFamily,
    size: Number.parseFloat(style.fontSize) * 0.8125,
  };
}

export function optionOf(told, colours, { still, wide }) {
  const letters = { color: colours.soft, fontFamily: colours.font, fontSize: colours.size };
  const long = told.points.length > LONG;
  const series = seriesOf(told, colours);
  return {
    animation: !still,
    animationDuration: 300,
    animationDurationUpdate: 200,
    textStyle: letters,
    grid: { left: 4, right: 14, top: series.legend.length > 1 ? 38 : 14, bottom: long ? 44 : 6, containLabel: true },
    legend: legendOf(series.legend, letters, colours),
    tooltip: pointer(colours),
    xAxis: {
      type: "category",
      data: told.points.map((point) => point.name),
      boundaryGap: false,
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: { ...letters, hideOverlap: true, margin: 10, alignMinLabel: "left", alignMaxLabel: "right" },
      axisPointer: { label: { show: false } },
    },
    yAxis: {
      type: "value",
      scale: told.unit === "percent", // counts begin at nought, so that twice as much stands twice as high
      max: roof(told),
      splitNumber: 4,
      axisLabel: { ...letters, formatter: (value) => short(value) },
      splitLine: { lineStyle: { color: colours.line } },
    },
    dataZoom: long ? zoomOf(letters, colours, wide) : [],
    series: series.drawn,
  };
}

// Percentages that go near a hundred end there, not above it.
function roof(told) {
  if (told.unit !== "percent") return undefined;
  return ({ max }) => (max > 90 && max <= 100 ? 100 : undefined);
}

function seriesOf(told, colours) {
  const { points } = told;
  const known = points.map((point) => point.known?.value ?? null);
  const drawn = [line(told.name, known, colours.main, { symbol: "circle", symbolSize: 6, z: 4, marks: points.length <= MANY })];
  drawn[0].itemStyle = { color: colours.card, borderColor: colours.main, borderWidth: 2 };
  const legend = [{ name: told.name, itemStyle: { color: colours.main, borderWidth: 0 } }];
  if (points.some((point) => point.expected)) {
    const name = t("预计（80 %区间）");
    const of = (key) => points.map((point) => point.expected?.[key] ?? null);
    drawn.push(...bandOf(name, of("low"), of("high"), colours));
    drawn.push(line(name, of("value"), colours.ahead, { type: [2, 5], z: 3 }));
    legend.push({ name, itemStyle: { color: colours.ahead } });
  }
  if (told.target !== null) {
    const aim = line(told.targetText, points.map(() => told.target), colours.ink, { type: [6, 4], width: 1.5, z: 2 });
    drawn.push({ ...aim, silent: true });
    legend.push({ name: told.targetText, itemStyle: { color: colours.ink } });
  }
  return { drawn, legend };
}

function line(name, data, color, { type = "solid", width = 2.5, symbol = "none", symbolSize = 0, z = 1, marks = false }) {
  return {
    name, data, z, symbol, symbolSize, type: "line", showSymbol: marks, connectNulls: false,
    lineStyle: { color, width, type, cap: "round", join: "round" },
    itemStyle: { color },
    emphasis: { disabled: true },
  };
}

// The room between low and high: an invisible line, and on it the distance as an area.
function bandOf(name, low, high, colours) {
  const shared = { stack: "band", stackStrategy: "all", silent: true, z: 1 };
  const unseen = { ...line(name, low, colours.band, {}), ...shared, lineStyle: { opacity: 0 } };
  const height = high.map((value, place) => (value === null ? null : value - low[place]));
  return [unseen, { ...unseen, data: height, areaStyle: { color: colours.band, opacity: 0.16 } }];
}

function legendOf(entries, letters, colours) {
  return {
    show: entries.length > 1,
    data: entries,
    left: 0,
    top: 0,
    icon: "roundRect",
    itemWidth: 14,
    itemHeight: 4,
    itemGap: 16,
    textStyle: letters,
    inactiveColor: colours.control,
    selectedMode: "multiple",
  };
}

// The line through the point that is looked at; the card beside it is the page's own (tip.js).
function pointer(colours) {
  return {
    trigger: "axis",
    showContent: false,
    axisPointer: { type: "line", snap: true, lineStyle: { color: colours.control, width: 1, type: "solid" } },
  };
}

// A point in words: when, the value, of what it is made; what is expected after what is known.
export function wordsOf(point, told) {
  const found = [point.name];
  if (point.known) {
    const digits = exact(point.known.value, point.known.said);
    found.push(digits ? `${point.known.said}（${digits}）` : point.known.said);
    if (told.formula && point.known.parts.length > 1) found.push(point.known.parts.join(" / "));
  }
  if (point.expected) {
    const { said, parts } = point.expected;
    found.push(t("预计 %(value)s", { value: said }), ...parts.slice(0, 1));
  }
  return found;
}

function zoomOf(letters, colours, wide) {
  const slider = {
    type: "slider",
    height: 20,
    bottom: 8,
    left: 8,
    right: 8,
    brushSelect: false,
    showDetail: false,
    showDataShadow: true,
    borderColor: colours.line,
    backgroundColor: "transparent",
    fillerColor: colours.weak,
    dataBackground: { lineStyle: { color: colours.line, width: 1 }, areaStyle: { opacity: 0 } },
    selectedDataBackground: { lineStyle: { color: colours.main, width: 1 }, areaStyle: { opacity: 0 } },
    handleStyle: { color: colours.card, borderColor: colours.main, borderWidth: 1.5 },
    moveHandleSize: 0,
    emphasis: { handleStyle: { color: colours.weak, borderColor: colours.main } },
    textStyle: letters,
  };
  // With a mouse: ctrl and the wheel, or drag. On a phone the finger scrolls the page, so the slider alone zooms.
  const inside = { type: "inside", zoomOnMouseWheel: "ctrl", moveOnMouseWheel: false, moveOnMouseMove: true };
  return wide ? [inside, slider] : [slider];
}
