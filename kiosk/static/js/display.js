// The hall's display. What is called stands in the page (data-call); each call is chimed and spoken once, one after
// another. Calls that were there when the page was opened, or while sound was off, are not caught up on.
(() => {
  const AWAY_AFTER = 2; // polls without an answer: three seconds and more
  const hall = () => document.getElementById("hall");
  const strip = (name) => document.querySelector(`[data-${name}]`);

  // Sound

  const audio = new AudioContext();
  let heard = new Set();
  const queue = [];
  let speaking = false;

  const isOn = () => audio.state === "running";
  const showState = () => {
    strip("sound-on").hidden = isOn();
  };

  const switchOn = async () => {
    try {
      await audio.resume();
    } finally {
      showState();
    }
  };

  const rest = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

  const tone = (hertz, from) => {
    const source = new OscillatorNode(audio, { frequency: hertz });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(0.5, from + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, from + 1.1);
    source.connect(volume).connect(audio.destination);
    source.start(from);
    source.stop(from + 1.2);
  };

  const chime = async () => {
    tone(659.3, audio.currentTime);
    tone(523.3, audio.currentTime + 0.5);
    await rest(1.5);
  };

  const speak = async (address) => {
    const answer = await fetch(address, { cache: "no-store" });
    if (answer.status !== 200) return;
    const spoken = await audio.decodeAudioData(await answer.arrayBuffer());
    const source = new AudioBufferSourceNode(audio, { buffer: spoken });
    source.connect(audio.destination);
    source.start();
    await rest(spoken.duration + 0.4);
  };

  const work = async () => {
    if (speaking) return;
    speaking = true;
    while (queue.length) {
      const call = queue.shift();
      if (!isOn()) continue;
      try {
        await chime();
        await speak(call.dataset.sound);
      } catch {
        // The number stands on the screen all the same.
      }
    }
    speaking = false;
  };

  const listen = () => {
    const calls = [...hall().querySelectorAll("[data-call]")];
    const fresh = calls.filter((one) => !heard.has(one.dataset.call));
    heard = new Set(calls.map((one) => one.dataset.call));
    return fresh;
  };

  const numberOf = (call) => call.dataset.call.split("-")[0];

  // Who is called again before his first call was spoken needs to hear it once.
  const call = (fresh) => {
    for (const one of fresh) {
      const waiting = queue.findIndex((other) => numberOf(other) === numberOf(one));
      if (waiting >= 0) queue.splice(waiting, 1);
      queue.push(one);
    }
    work();
  };

  // Clock: the office's time by the server's clock, because nobody sets a TV's.

  let ahead = 0;
  const zone = strip("clock").dataset.zone;
  const format = (options) => new Intl.DateTimeFormat("id-ID", { timeZone: zone, ...options });
  const date = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const time = format({ hour: "2-digit", minute: "2-digit", hour12: false });

  const tick = () => {
    const now = new Date(Date.now() + ahead);
    for (const [name, words] of [["date", date.format(now)], ["time", time.format(now)]]) {
      if (strip(name).textContent !== words) strip(name).textContent = words;
    }
  };

  // Polls: an answer renews the page, silence and errors leave it as it stands.

  let missed = 0;

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status >= 400) event.detail.shouldSwap = false;
  });

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    missed = detail.successful ? 0 : missed + 1;
    strip("away").hidden = missed < AWAY_AFTER;
    const told = Date.parse(detail.xhr.getResponseHeader("Date") ?? "");
    if (told) ahead = told - Date.now();
  });

  document.addEventListener("htmx:afterSwap", () => {
    const fresh = listen();
    if (!fresh.length) return;
    hall().classList.add("fresh");
    if (isOn()) call(fresh);
    else audio.resume(); // not awaited: where a touch is needed it never answers
  });

  for (const name of ["pointerdown", "keydown"]) document.addEventListener(name, switchOn);
  audio.addEventListener("statechange", showState);
  listen();
  showState();
  tick();
  setInterval(tick, 1000);
})();
