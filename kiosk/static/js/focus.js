// After a new screen: its title and language on the page, focus on its heading (or on the field that is wrong),
// and whatever carries data-say is spoken once through #announcer.
(() => {
  let lastSaid = "";

  const say = (words) => {
    const announcer = document.getElementById("announcer");
    if (!announcer || !words || words === lastSaid) return;
    lastSaid = words;
    announcer.textContent = words;
  };

  const arrive = () => {
    const screen = document.getElementById("screen");
    if (!screen) return;
    document.documentElement.lang = screen.lang;
    document.title = [screen.querySelector("h1")?.textContent.trim(), screen.dataset.title].filter(Boolean).join(" · ");
    (screen.querySelector("[aria-invalid=true]") || screen.querySelector("h1") || screen).focus({ preventScroll: true });
  };

  document.addEventListener("htmx:afterSettle", (event) => {
    const arrived = event.detail.elt;
    if (arrived.id === "screen") {
      lastSaid = "";
      // The words of the last screen may hold an address that was suggested there.
      document.getElementById("announcer")?.replaceChildren();
      arrive();
    }
    const sayer = arrived.matches?.("[data-say]") ? arrived : arrived.querySelector?.("[data-say]");
    if (sayer) say(sayer.dataset.say);
  });

  document.addEventListener("htmx:beforeRequest", (event) => say(event.detail.elt.dataset?.sayBusy));
  document.addEventListener("DOMContentLoaded", arrive);
})();
