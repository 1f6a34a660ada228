// What the table behind a chart says. A row of its body: <time datetime> in the head, then the value (data-value, and
// data-low and data-high where it is expected), then what it is made of. The table is the only source: what the chart
// shows is what stands there.

const number = (text) => (text === undefined || text === "" ? null : Number(text));
const words = (node) => node.textContent.replace(/\s+/g, " ").trim();

export function readTable(table) {
  const points = new Map();
  for (const row of table.tBodies[0].rows) {
    const [head, cell, ...parts] = row.cells;
    const time = head.querySelector("time");
    const start = time?.dateTime ?? words(head);
    if (!points.has(start)) points.set(start, { start, name: words(time ?? head), known: null, expected: null });
    const { value, low, high } = cell.dataset;
    const told = { value: number(value), said: words(cell), low: number(low), high: number(high) };
    told.parts = parts.filter((part) => !part.hasAttribute("data-aside")).map(words).filter(Boolean);
    points.get(start)[told.low === null ? "known" : "expected"] = told;
  }
  return { name: words(table.tHead.rows[0].cells[1]), points: [...points.values()] };
}
