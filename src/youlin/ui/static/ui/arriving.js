// What comes after the first paint: when it is seen and nothing else is to be done, and with the style sheet that it needs.

// Calls `start` once the element is in sight and the browser has a moment; what stops the waiting.
export function whenSeen(element, start) {
  const watcher = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watcher.disconnect();
    (window.requestIdleCallback ?? setTimeout)(() => start());
  });
  watcher.observe(element);
  return () => watcher.disconnect();
}

const sheets = new Map();

// A style sheet, fetched once a page.
export function sheet(url) {
  const address = String(url);
  if (!sheets.has(address)) sheets.set(address, fetched(address));
  return sheets.get(address);
}

function fetched(address) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.onload = resolve;
    link.onerror = reject;
    document.head.append(link);
  });
}
