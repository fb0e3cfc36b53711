// A call for help is heard: at once, and again while nobody has answered. Browsers stay silent until the page was
// touched once, so a button asks for that touch; whoever mutes it stays muted in this browser.
(() => {
  const AGAIN_SECONDS = 15;
  const KEPT = "papan-suara";
  const heard = new Map();
  const title = document.title;

  const sound = () => document.getElementById("call-sound");
  const button = () => document.getElementById("sound");
  const isMuted = () => localStorage.getItem(KEPT) === "mati";
  let isBlocked = !navigator.userActivation?.hasBeenActive;

  const show = () => {
    const state = isMuted() ? "muted" : isBlocked ? "blocked" : "on";
    button().hidden = false;
    button().dataset.state = state;
    for (const one of button().querySelectorAll("[data-when]")) one.hidden = one.dataset.when !== state;
  };

  const play = async () => {
    if (isMuted()) return;
    try {
      sound().currentTime = 0;
      await sound().play();
      isBlocked = false;
    } catch {
      isBlocked = true;
    }
    show();
  };

  const listen = () => {
    const calls = [...document.querySelectorAll("[data-call]")];
    document.title = calls.length ? `(${calls.length}) ${title}` : title;
    const now = performance.now();
    const due = calls.filter(({ dataset }) => now - (heard.get(dataset.call) ?? -Infinity) > AGAIN_SECONDS * 1000);
    const fresh = due.filter(({ dataset }) => !heard.has(dataset.call));
    for (const { dataset } of due) heard.set(dataset.call, now);
    if (fresh.length) document.getElementById("call-words").textContent = fresh[0].dataset.words;
    if (due.length) play();
  };

  document.addEventListener("DOMContentLoaded", () => {
    show();
    listen();
    setInterval(listen, 1000);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("#sound")) {
      if (!isMuted() && !isBlocked) localStorage.setItem(KEPT, "mati");
      else localStorage.removeItem(KEPT);
      if (isMuted()) sound().pause();
      else play();
    }
    isBlocked = isBlocked && !navigator.userActivation?.hasBeenActive;
    show();
  });
})();
