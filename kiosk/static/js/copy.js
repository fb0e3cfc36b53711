// Buttons that copy or print what stands on the page; without this script they stay hidden.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const button of document.querySelectorAll("[data-copy-from]")) {
  // No clipboard on a plain http address: what stands there can be selected.
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const lines = document.getElementById(button.dataset.copyFrom).innerText.trim();
    await navigator.clipboard.writeText(lines);
    button.querySelector("span").textContent = button.dataset.copied;
  });
}
