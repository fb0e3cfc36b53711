// No answer, or an answer nobody waits for any more. Polls (data-quiet) fail in silence: the next one comes soon.
(() => {
  let failed = null;

  // The sign of life asks for nothing, as a poll does not.
  const isQuiet = (element) =>
    Boolean(element.closest?.("[data-quiet]")) || element.getAttribute?.("action") === "/visit/stay";
  const dialog = () => document.getElementById("trouble");

  const noAnswer = (event) => {
    const asker = event.detail.elt;
    if (isQuiet(asker)) return;
    failed = asker;
    if (!dialog().open) dialog().showModal();
  };

  document.addEventListener("htmx:sendError", noAnswer);
  document.addEventListener("htmx:timeout", noAnswer);

  // Who asked may be gone when the answer comes: another answer has replaced the screen meanwhile. A form's answer
  // still says where the visit is, so it is shown; a poll's is old news. Events of a removed element reach no
  // listener of the document, but htmx asks the extensions named on the screen it once stood in.
  htmx.defineExtension("late", {
    onEvent: (name, event) => {
      if (name !== "htmx:beforeOnLoad") return true;
      const { elt, xhr } = event.detail;
      if (elt.isConnected) return true;
      if (!isQuiet(elt) && xhr.status !== 204 && xhr.status < 500) {
        htmx.swap("#screen", xhr.responseText, { swapStyle: "outerHTML" });
      }
      return false;
    },
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig, xhr } = event.detail;
    if (isQuiet(requestConfig.elt) && xhr.status >= 400) event.detail.shouldSwap = false;
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
