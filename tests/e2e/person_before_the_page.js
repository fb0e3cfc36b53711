// Somebody before the page's camera, who reads its screen and turns as it asks: the pictures come from the test,
// the camera's own stream from a canvas. Everything behind getUserMedia is the product's.
(() => {
  if (!navigator.mediaDevices) return;  // an empty page, before the first
  const POSES = window.__poses;
  const DEGREES_A_FRAME = 5;
  const wanted = () => ({ left: 32, right: -32 })[document.getElementById("guidance")?.dataset.cue] ?? 0;

  const load = (source) =>
    new Promise((done) => {
      const picture = new Image();
      picture.onload = () => done(picture);
      picture.src = source;
    });

  navigator.mediaDevices.getUserMedia = async () => {
    const pictures = await Promise.all(POSES.map(({ picture }) => load(picture)));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [pictures[0].width, pictures[0].height];
    const context = canvas.getContext("2d");
    let yaw = 0;
    setInterval(() => {
      yaw += Math.max(-DEGREES_A_FRAME, Math.min(DEGREES_A_FRAME, wanted() - yaw));
      const nearest = POSES.reduce((best, pose, at) => (Math.abs(pose.yaw - yaw) < Math.abs(POSES[best].yaw - yaw) ? at : best), 0);
      context.drawImage(pictures[nearest], 0, 0);
    }, 66);
    return canvas.captureStream(15);
  };
})();
