// Counts data-until-seconds down in words and as a bar; at zero the element receives the event `expired`.
(() => {
  const ends = new WeakMap();

  const tick = () => {
    for (const clock of document.querySelectorAll("[data-until-seconds]")) {
      if (!ends.has(clock)) ends.set(clock, performance.now() + 1000 * Number(clock.dataset.untilSeconds));
      const left = Math.max(0, Math.ceil((ends.get(clock) - performance.now()) / 1000));
      const text = clock.querySelector("[data-left]");
      if (text) text.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      const bar = clock.parentElement.querySelector("[data-left-bar]");
      if (bar) bar.value = left;
      if (left === 0 && !clock.dataset.expired) {
        clock.dataset.expired = "1";
        htmx.trigger(clock, "expired");
      }
    }
  };
  setInterval(tick, 500);
})();
