// data-hot="Alt+a" on a button, link or field: the keys press or focus it, also while somebody is typing. Ctrl and
// Command are one. Where several wear the same keys, the first that can be seen is meant.

function combination(event) {
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  const digit = event.code?.match(/^Digit(\d)$/)?.[1];
  const letter = event.code?.match(/^Key([A-Z])$/)?.[1]?.toLowerCase();
  parts.push((parts.length && (digit || letter)) || event.key);
  return parts.join("+");
}

function target(keys) {
  const found = document.querySelectorAll(`[data-hot="${CSS.escape(keys)}"]`);
  return [...found].find((one) => !one.disabled && one.checkVisibility());
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const meant = target(combination(event));
  if (!meant) return;
  event.preventDefault();
  if (meant.matches("input:not([type=checkbox], [type=radio]), textarea, select")) {
    meant.focus();
    meant.select?.();
  } else {
    meant.click();
  }
});
