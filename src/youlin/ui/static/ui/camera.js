// A camera, or a picture, that reads codes into a page (ui/scanner.html): each text goes to `onText`, with the moment at
// which its frame was taken; "" is a picture without a code.

import { keepFiles } from "./keep-files.js";
import { prepareZXingModule, readBarcodes } from "../vendor/zxing-wasm/reader/index.js";

const WIDEST = 960;
const WASM = new URL("../vendor/zxing-wasm/zxing_reader.wasm", import.meta.url).href;

prepareZXingModule({ overrides: { locateFile: () => WASM } });

// {stop, resume}: after a text was read the camera waits until somebody says `resume`, which says whether it is on.
export function camera(page, onText) {
  const part = (name) => page.querySelector(`[data-part="${name}"]`);
  const video = part("video");
  const canvas = document.createElement("canvas");
  let scanning = false;

  async function start() {
    const wanted = { video: { facingMode: "environment", width: { ideal: 1280 } }, audio: false };
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia(wanted);
    } catch (error) {
      console.warn("camera", error);
      part("no-camera").hidden = false;
      return;
    }
    part("start").hidden = true;
    part("viewer").hidden = false;
    await video.play();
    resume();
  }

  async function frames() {
    while (scanning) {
      const at = performance.now();
      const [width, height] = [video.videoWidth, video.videoHeight];
      const text = width ? await read(video, width, height, false) : "";
      if (text && scanning) {
        scanning = false;
        await onText(text, at);
      } else await nextFrame();
    }
  }

  const nextFrame = () =>
    new Promise((resolve) => (video.requestVideoFrameCallback ? video.requestVideoFrameCallback(resolve) : requestAnimationFrame(resolve)));

  async function read(source, width, height, hard) {
    const scale = Math.min(1, WIDEST / Math.max(width, height));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    const image = context.getImageData(0, 0, canvas.width, canvas.height);
    const options = { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: hard, tryRotate: hard, tryInvert: true, tryDownscale: hard };
    const [found] = await readBarcodes(image, options);
    return found?.text ?? "";
  }

  async function onPicture(event) {
    const [file] = event.target.files;
    if (!file) return;
    event.target.value = "";
    const picture = await createImageBitmap(file).catch(() => null);
    await onText(picture ? await read(picture, picture.width, picture.height, true) : "");
  }

  function resume() {
    if (!video.srcObject) return false;
    if (!scanning) {
      scanning = true;
      frames();
    }
    return true;
  }

  part("start").addEventListener("click", start);
  part("picture").addEventListener("change", onPicture);
  addEventListener("pagehide", () => video.srcObject?.getTracks().forEach((track) => track.stop()));
  for (const element of page.querySelectorAll("[data-scripted]")) element.hidden = false;
  const reader = ["reader/index.js", "share.js"].map((name) => new URL(`../vendor/zxing-wasm/${name}`, import.meta.url).href);
  keepFiles([...reader, WASM]).catch(() => {});
  return { stop: () => (scanning = false), resume };
}
