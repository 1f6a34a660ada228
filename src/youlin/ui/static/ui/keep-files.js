// Static files that a page has just loaded, so that it opens next time without a network.

export async function keepFiles(urls) {
  if (!("serviceWorker" in navigator)) return;
  const worker = await navigator.serviceWorker.ready;
  worker.active?.postMessage({ kind: "keep-static", urls: urls.map((url) => new URL(url, location.href).pathname) });
}
