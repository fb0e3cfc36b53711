// The simulator panel: copy buttons, and lists that stay where they were scrolled to.
// Delegated, because htmx replaces the sections they stand in.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
  } catch {
    return; // no clipboard on a plain http address: the digits beside the button can be selected
  }
  const label = button.textContent;
  if (label === button.dataset.copied) return;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = label; }, 1500);
});

const scrolled = new Map();

document.addEventListener("htmx:beforeSwap", () => {
  for (const list of document.querySelectorAll("[data-keep-scroll]")) scrolled.set(list.id, list.scrollTop);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const [id, top] of scrolled) {
    const list = document.getElementById(id);
    if (list) list.scrollTop = top;
  }
});
