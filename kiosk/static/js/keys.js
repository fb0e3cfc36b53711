// On-screen keys write into a real input and say so with an `input` event; a physical keyboard finds the input too.
(() => {
  const KEYS = "[data-key], [data-ending], [data-delete], [data-clear], [data-fill]";

  const insert = (input, text) => {
    if (input.maxLength > 0 && input.value.length >= input.maxLength) return;
    input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
  };

  const removeOne = (input) => {
    const { selectionStart: from, selectionEnd: to } = input;
    input.setRangeText("", from === to ? Math.max(0, from - 1) : from, to, "end");
  };

  const withEnding = (value, ending) =>
    (ending.startsWith("@") ? value.split("@")[0] : value.replace(/\.$/, "")) + ending;

  const replaceAll = (input, text) => {
    input.value = text;
    input.setSelectionRange(text.length, text.length);
  };

  document.addEventListener("click", (event) => {
    const key = event.target.closest(KEYS);
    if (!key) return;
    const input = document.getElementById(key.dataset.fill || key.closest("[data-keys-for]").dataset.keysFor);
    if (!input) return;
    // Without focus no caret is to be seen, and people expect to write at the end.
    if (document.activeElement !== input) input.setSelectionRange(input.value.length, input.value.length);
    if ("key" in key.dataset) insert(input, key.dataset.key);
    else if ("ending" in key.dataset) replaceAll(input, withEnding(input.value, key.dataset.ending));
    else if ("delete" in key.dataset) removeOne(input);
    else replaceAll(input, key.dataset.value || "");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // A key must not take the focus: the caret stays where the person put it.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest(KEYS)) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    const writes = event.key === "Backspace" || (event.key.length === 1 && event.key !== " ");
    if (!writes || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input, textarea, select") || document.querySelector("dialog[open], :popover-open")) return;
    document.querySelector("#screen [data-focus]")?.focus();
  });

  // Our own keys are on the screen: a second keyboard of the system would cover them.
  const quietSystemKeyboard = () => {
    for (const input of document.querySelectorAll("#screen [data-focus]")) input.inputMode = "none";
  };
  document.addEventListener("DOMContentLoaded", quietSystemKeyboard);
  document.addEventListener("htmx:afterSettle", quietSystemKeyboard);
})();
