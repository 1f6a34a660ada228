// The sheet's own button; the page needs nothing else.

document.querySelector("[data-print]").addEventListener("click", () => window.print());
