// No answer, or an answer nobody waits for any more. Polls (data-quiet) fail in silence: the next one comes soon.
(() => {
  let failed = null;

  const isQuiet = (element) => Boolean(element.closest?.("[data-quiet]"));
  const dialog = () => document.getElementById("trouble");

  const noAnswer = (event) => {
    const asker = event.detail.elt;
    if (isQuiet(asker) || asker.getAttribute("action") === "/visit/stay") return;
    failed = asker;
    if (!dialog().open) dialog().showModal();
  };

  document.addEventListener("htmx:sendError", noAnswer);
  document.addEventListener("htmx:timeout", noAnswer);

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig, xhr } = event.detail;
    const asker = requestConfig.elt;
    if (!isQuiet(asker)) return;
    if (xhr.status >= 400 || !asker.isConnected) event.detail.shouldSwap = false;
  });

  document.addEventListener("htmx:afterSwap", () => {
    if (dialog()?.open && !failed?.isConnected) dialog().close();
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-retry]")) return;
    dialog().close();
    if (failed?.isConnected && failed instanceof HTMLFormElement) failed.requestSubmit();
    else location.reload();
  });
})();
