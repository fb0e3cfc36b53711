// A kiosk is no document: a long touch opens no menu, and nothing is dragged off the screen. Fields keep their menu
// on a computer with a mouse, where a clerk may paste.
(() => {
  document.addEventListener("contextmenu", (event) => {
    const isMouse = event.pointerType === "mouse" && event.target.closest("input, textarea");
    if (!isMouse) event.preventDefault();
  });
  document.addEventListener("dragstart", (event) => event.preventDefault());
})();
