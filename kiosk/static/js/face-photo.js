// The browser's camera for «try it with your own face»: a still is put into the form's file input, so that
// the form is the same with and without a camera. A chosen file is made smaller before it is sent.
const LONGEST_SIDE = 1280;

function jpegInto(input, canvas) {
  return new Promise((resolve) => canvas.toBlob((blob) => {
    const files = new DataTransfer();
    files.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
    input.files = files.files;
    resolve();
  }, "image/jpeg", 0.92));
}

function draw(canvas, source, width, height) {
  const share = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  canvas.width = Math.round(width * share);
  canvas.height = Math.round(height * share);
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
}

for (const form of document.querySelectorAll("[data-photo]")) {
  const part = (name) => form.querySelector(`[data-${name}]`);
  const input = form.querySelector("input[type=file]");
  const video = part("video"), still = part("still");
  let stream = null;

  const close = () => { stream?.getTracks().forEach((track) => track.stop()); stream = null; };
  const show = ({ viewfinder, live, taken }) => {
    part("viewfinder").hidden = !viewfinder;
    video.hidden = !live;
    still.hidden = live;
    part("open").hidden = live || taken;
    part("take").hidden = !live;
    part("retake").hidden = !taken;
  };

  const open = async () => {
    part("said").textContent = "";
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, facingMode: "user" } });
      video.srcObject = stream;
      await video.play();
      show({ viewfinder: true, live: true, taken: false });
    } catch {
      part("said").textContent = part("said").dataset.denied;
    }
  };

  if (navigator.mediaDevices?.getUserMedia) part("with-camera").hidden = false;
  part("open").addEventListener("click", open);
  part("retake").addEventListener("click", open);
  part("take").addEventListener("click", async () => {
    draw(still, video, video.videoWidth, video.videoHeight);
    close();
    await jpegInto(input, still);
    show({ viewfinder: true, live: false, taken: true });
    part("send").focus();
  });
  input.addEventListener("change", async () => {
    close();
    try {
      const picture = await createImageBitmap(input.files[0]);
      draw(still, picture, picture.width, picture.height);
      await jpegInto(input, still);
      show({ viewfinder: true, live: false, taken: navigator.mediaDevices !== undefined });
    } catch {
      show({ viewfinder: false, live: false, taken: false }); // no picture: the server says so in words
    }
  });
  addEventListener("pagehide", close);
}
