// Two photos, looked at together: one size for both, and where one is moved to, the other follows.
// Keys: + and - while a photo has the focus, arrows scroll it.
(() => {
  const pair = document.querySelector("[data-pair]");
  const buttons = document.querySelector("[data-zoom]");
  if (!pair || !buttons) return;
  const LARGEST = 4;
  const views = [...pair.querySelectorAll("[data-view]")];

  const zoom = (by) => {
    const size = Math.min(LARGEST, Math.max(1, Number(pair.dataset.size) + by));
    const middles = views.map((view) => [
      (view.scrollLeft + view.clientWidth / 2) / view.scrollWidth,
      (view.scrollTop + view.clientHeight / 2) / view.scrollHeight,
    ]);
    pair.dataset.size = size;
    views.forEach((view, index) => {
      const [across, down] = middles[index];
      view.scrollLeft = across * view.scrollWidth - view.clientWidth / 2;
      view.scrollTop = down * view.scrollHeight - view.clientHeight / 2;
    });
    for (const button of buttons.querySelectorAll("[data-zoom-by]")) {
      const wanted = size + Number(button.dataset.zoomBy);
      button.disabled = wanted < 1 || wanted > LARGEST;
    }
  };

  const follow = (event) => {
    const leader = event.target;
    if (!leader.matches(":hover, :focus")) return;
    for (const view of views) {
      if (view === leader) continue;
      view.scrollLeft = leader.scrollLeft;
      view.scrollTop = leader.scrollTop;
    }
  };

  for (const view of views) {
    view.addEventListener("scroll", follow);
    view.addEventListener("keydown", (event) => {
      if (event.key === "+" || event.key === "=") zoom(1);
      else if (event.key === "-") zoom(-1);
    });
  }
  buttons.addEventListener("click", (event) => {
    const button = event.target.closest("[data-zoom-by]");
    if (button) zoom(Number(button.dataset.zoomBy));
  });
  buttons.hidden = false;
  zoom(0);
})();
