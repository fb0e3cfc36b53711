// After a new screen: its title and language on the page, focus on its heading (or on the field that is wrong),
// and whatever carries data-say is spoken through #announcer: once, until other words stand in its place.
(() => {
  const said = new Map(); // by the id of the place

  const say = (places) => {
    const fresh = places.filter(([place, words]) => words && said.get(place) !== words);
    const announcer = document.getElementById("announcer");
    if (!announcer || !fresh.length) return;
    for (const [place, words] of fresh) said.set(place, words);
    announcer.textContent = fresh.map(([, words]) => words).join(". ");
  };

  const arrive = () => {
    const screen = document.getElementById("screen");
    if (!screen) return;
    document.documentElement.lang = screen.lang;
    document.title = [screen.querySelector("h1")?.innerText.trim(), screen.dataset.title].filter(Boolean).join(" · ");
    (screen.querySelector("[aria-invalid=true]") || screen.querySelector("h1") || screen).focus({ preventScroll: true });
  };

  document.addEventListener("htmx:afterSettle", (event) => {
    const arrived = event.detail.elt;
    if (arrived.id === "screen") {
      said.clear();
      // The words of the last screen may hold an address that was suggested there.
      document.getElementById("announcer")?.replaceChildren();
      arrive();
    }
    const sayers = [arrived, ...arrived.querySelectorAll("[data-say]")].filter((one) => one.dataset.say);
    say(sayers.map((one) => [one.closest("[id]")?.id, one.dataset.say]));
  });

  document.addEventListener("htmx:beforeRequest", (event) => say([["busy", event.detail.elt.dataset?.sayBusy]]));
  document.addEventListener("DOMContentLoaded", arrive);
})();
