// Sharing by the device's own sheet, where it has one; a link and a QR code are there in any case.

function show() {
  if (!navigator.share) return;
  for (const button of document.querySelectorAll("[data-share][hidden]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-share]");
  if (button) navigator.share({ title: button.dataset.shareTitle, url: button.dataset.share }).catch(() => {});
});
document.addEventListener("htmx:afterSettle", show);
show();
