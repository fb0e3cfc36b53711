// Nobody there? Asks, counts down, and leaves the visit so that nothing personal stays on the screen.
// All times come from the server: data-idle-seconds, data-question-seconds, data-idle-ends on #screen.
(() => {
  const TELL_SECONDS = 15; // a touch is told to the server at most this often; its own clock wipes the visit too
  const RETRY_SECONDS = 5;
  let touchedAt = performance.now();
  let askedAt = null;
  let toldAt = performance.now();
  let leftAt = null;

  const seconds = (since) => (performance.now() - since) / 1000;
  const screen = () => document.getElementById("screen");
  const dialog = () => document.getElementById("idle");
  const stayForm = () => document.querySelector("#screen form[action='/visit/stay']");
  const leaveForm = () => document.getElementById("leave") || document.querySelector("#idle form[action='/visit/leave']");

  const begin = () => {
    touchedAt = performance.now();
    askedAt = null;
    if (dialog()?.open) dialog().close();
  };

  const tell = () => {
    toldAt = performance.now();
    const form = stayForm();
    setTimeout(() => form?.isConnected && htmx.trigger(form, "submit"), 800);
  };

  const touched = (event) => {
    if (askedAt !== null) {
      // The question's own buttons answer for themselves; a touch anywhere else says that somebody is there.
      if (event.target.closest?.("#idle form")) return;
      begin();
      return tell();
    }
    touchedAt = performance.now();
    if (seconds(toldAt) >= TELL_SECONDS) tell();
  };

  const ask = () => {
    askedAt = performance.now();
    dialog()?.showModal();
  };

  const leave = () => {
    if (leftAt !== null && seconds(leftAt) < RETRY_SECONDS) return;
    leftAt = performance.now();
    if (dialog()?.open) dialog().close();
    // Even if no answer comes, nobody may read what stood here.
    for (const part of screen().children) part.hidden = true;
    leaveForm()?.requestSubmit();
  };

  const show = (selector, left) => {
    for (const place of document.querySelectorAll(selector)) place.textContent = Math.max(0, Math.ceil(left));
  };

  const tick = () => {
    const { idleSeconds, questionSeconds, idleEnds } = screen()?.dataset ?? {};
    if (!idleSeconds) return;
    const left = Number(idleSeconds) - seconds(touchedAt);
    show("[data-idle-left]", left);
    if (leftAt !== null) leave();
    else if (askedAt !== null) {
      const toAnswer = Number(questionSeconds) - seconds(askedAt);
      show("[data-question-left]", toAnswer);
      if (toAnswer <= 0) leave();
    } else if (left <= 0) idleEnds ? leave() : ask();
  };

  document.addEventListener("pointerdown", touched, true);
  document.addEventListener("keydown", touched, true);
  document.addEventListener("input", touched, true); // with a reader that types, scan.js lets no key through to here
  document.addEventListener("submit", (event) => {
    if (event.target.closest("#idle") && event.target.action.endsWith("/visit/stay")) begin();
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.elt.id !== "screen") return;
    leftAt = null;
    toldAt = performance.now();
    begin();
  });
  setInterval(tick, 500);
})();
