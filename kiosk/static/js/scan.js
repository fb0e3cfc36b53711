// A reader that types (KIOSK_SCANNER=browser): caught before any field sees it, and handed to the server whole.
// Every key is held for a moment. What was a person's is then written as if nothing had been; what came too fast
// for a person and ends with Enter is a scan.
(() => {
  const body = document.body;
  if (!("scan" in body.dataset)) return;

  const GAP_MS = 50; // between two keys of a reader; 1 to 44 were seen
  const HOLD_MS = 60; // until a key without a follower is a person's
  const SUSPECT = 3; // so many keys so close are hardly a person's: a busy page gets time to hear the next one
  const SUSPECT_MS = 200;
  const PREFIXED_MS = 1000; // a reader with a sign of its own may be slow
  const LEAST = 6;
  const MOST = 4100; // a little above what the server takes, so that it says itself that this is too long
  const prefix = body.dataset.scan;

  let held = [];
  let target = null;
  let lastAt = 0;
  let timer = 0;

  const isPrefixed = () => prefix !== "" && held[0] === prefix;
  const writes = (element) => element?.matches("input, textarea");

  const take = () => {
    clearTimeout(timer);
    const text = held.join("");
    held = [];
    return text;
  };

  const write = (text) => {
    if (!target.isConnected) return; // meant for a screen that is gone
    if (!writes(target)) {
      const field = document.querySelector("#screen [data-focus]");
      if (!field || document.querySelector("dialog[open], :popover-open")) return;
      field.focus();
    } else if (document.activeElement !== target) return;
    document.execCommand("insertText", false, text); // as typed: length, caret and undo are the browser's
  };

  const release = () => {
    const text = take();
    if (text) write(text);
  };

  const send = (text) =>
    fetch("/scan/typed", {
      method: "POST",
      headers: { "Content-Type": "text/plain;charset=utf-8", "X-CSRFToken": document.querySelector("[name=csrf_token]").value },
      body: text,
    }).catch(() => {});

  const swallow = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  const hold = (event) => {
    swallow(event);
    if (held.length === 0) target = document.activeElement;
    if (held.length < MOST) held.push(event.key);
    lastAt = event.timeStamp;
    clearTimeout(timer);
    timer = setTimeout(release, isPrefixed() ? PREFIXED_MS : held.length < SUSPECT ? HOLD_MS : SUSPECT_MS);
  };

  const isShortcut = (event) => event.metaKey || (event.ctrlKey !== event.altKey) || event.isComposing; // AltGr is both

  const pressed = (event) => {
    if (["Shift", "CapsLock", "AltGraph"].includes(event.key)) return;
    if (held.length > 0 && !isPrefixed() && event.timeStamp - lastAt > GAP_MS) release();
    if (event.key === "Enter" && (held.length >= LEAST || isPrefixed())) {
      swallow(event);
      send(take());
    } else if (isShortcut(event) || event.repeat || event.key.length !== 1) {
      release();
    } else if (event.key === " " && held.length === 0 && !writes(event.target)) {
      return; // a person presses a button with it
    } else {
      if (event.key === prefix && !isPrefixed()) release();
      hold(event);
    }
  };

  window.addEventListener("keydown", pressed, true);
  window.addEventListener("pointerdown", release, true);
})();
