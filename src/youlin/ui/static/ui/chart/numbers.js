// Numbers of a scale by the reader's habit: 1.5万, 2.5亿; in English 15k, 2.5M. Rounding first, the name after it, as
// the server says them (kernel/numerals.py).

const NAMES = {
  zh: { least: 1e4, steps: [[1e4, "万"], [1e8, "亿"], [1e12, "万亿"]] },
  en: { least: 1e3, steps: [[1e3, "k"], [1e6, "M"], [1e9, "B"]] },
};

export function short(value, language = document.documentElement.lang) {
  const { least, steps } = NAMES[language.startsWith("zh") ? "zh" : "en"];
  let rounded = Number(value.toFixed(2));
  if (Math.abs(rounded) < least) return String(rounded);
  for (const [size, name] of steps) {
    rounded = Number((value / size).toFixed(2));
    if (Math.abs(rounded) < least || name === steps.at(-1)[1]) return `${rounded}${name}`;
  }
  return String(rounded);
}

// All digits behind a number that was said shorter: "1.23万" of 12345 is 12,345; "" where nothing was left out.
export function exact(value, said) {
  return /[万亿]/.test(said) && value !== null ? value.toLocaleString("en", { maximumFractionDigits: 2 }) : "";
}
