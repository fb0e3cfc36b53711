// A look through the camera: one picture a second, each drawn when it has come whole. What the server no longer
// shows is not shown here either: the page then asks for itself and says why.
(() => {
  const place = document.querySelector("[data-sight]");
  const [picture, waiting] = place.children;
  let number = 0;

  const next = async () => {
    const answer = await fetch(`${place.dataset.sight}?n=${(number += 1)}`, { cache: "no-store" });
    const isPicture = answer.headers.get("Content-Type") === "image/jpeg";
    if (!isPicture && answer.status !== 204) return location.reload();
    if (isPicture) {
      const last = picture.src;
      picture.src = URL.createObjectURL(await answer.blob());
      await picture.decode();
      URL.revokeObjectURL(last);
    }
    picture.hidden = !isPicture;
    waiting.hidden = isPicture;
    setTimeout(next, 1000);
  };
  next();
})();
