// The browser's camera (KIOSK_CAMERA=browser): sends one picture after the other, never two at once.
// The server judges; its answer replaces #guidance, or the whole screen when it says HX-Retarget.
(() => {
  const EVERY_MS = 80;
  const JPEG_QUALITY = 0.85;
  const CODES = { NotAllowedError: "permission_denied", SecurityError: "permission_denied", NotReadableError: "in_use", AbortError: "in_use" };
  let running = null;

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const form = () => document.getElementById("camera-form");
  const report = (code) =>
    htmx.ajax("POST", form().getAttribute("action").replace(/frame$/, "trouble"), { source: form(), target: "#screen", swap: "outerHTML", values: { code } });

  const picture = (video, canvas) => {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    return new Promise((done) => canvas.toBlob(done, "image/jpeg", JPEG_QUALITY));
  };

  // Which picture of this stay before the camera it is: the server refuses one that comes twice or late.
  const count = () => {
    const number = form().elements.number;
    if (number) number.value = Number(number.value) + 1;
  };

  const open = async () => {
    if (!navigator.mediaDevices) throw new DOMException("no camera without a secure context", "SecurityError");
    return navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: "user" },
    });
  };

  const post = (frame) => {
    count();
    return htmx.ajax("POST", form().getAttribute("action"), { source: form(), target: "#guidance", swap: "outerHTML", values: { frame } }).catch(() => {});
  };

  // While the server looks at one picture, the next is taken and compressed: that takes as long again.
  const send = async (finder, video) => {
    const canvas = document.createElement("canvas");
    let answered = null;
    while (finder.isConnected && video.srcObject.active) {
      const began = performance.now();
      const frame = await picture(video, canvas);
      await answered;
      if (frame && finder.isConnected) answered = post(frame);
      await pause(Math.max(0, EVERY_MS - (performance.now() - began)));
    }
  };

  // The picture on the screen is cut as the server cuts what it is sent (camera.css turns and mirrors it).
  const cut = (finder) => {
    const [across, down] = (finder.dataset.crop ?? "").split(":");
    if (down) finder.style.setProperty("--aspect", across / down);
  };

  const run = async (finder) => {
    const video = finder.querySelector("video");
    cut(finder);
    let stream = null;
    try {
      stream = await open();
      video.srcObject = stream;
      await video.play();
      await send(finder, video);
      if (finder.isConnected) report("no_camera");
    } catch (problem) {
      if (finder.isConnected) report(CODES[problem.name] || "no_camera");
    } finally {
      for (const track of stream?.getTracks() ?? []) track.stop();
    }
  };

  const look = () => {
    const finder = document.querySelector("[data-camera=browser]");
    if (!finder || finder === running) return;
    running = finder;
    run(finder);
  };
  document.addEventListener("DOMContentLoaded", look);
  document.addEventListener("htmx:afterSettle", look);
})();
