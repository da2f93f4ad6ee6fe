"use strict";

// <dialog> elements: opened by data-dialog-open="#id", closed by data-dialog-close, Escape or the backdrop.
(() => {
  function open(dialog) {
    if (dialog && !dialog.open) dialog.showModal();
  }

  function isOutside(dialog, event) {
    const box = dialog.getBoundingClientRect();
    const inside =
      event.clientX >= box.left &&
      event.clientX <= box.right &&
      event.clientY >= box.top &&
      event.clientY <= box.bottom;
    return !inside && event.detail > 0;
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) {
      event.preventDefault();
      open(document.querySelector(opener.dataset.dialogOpen));
      return;
    }
    if (event.target.closest("[data-dialog-close]")) {
      event.preventDefault();
      event.target.closest("dialog")?.close();
    }
  });

  // Only a press that also began on the backdrop closes: selecting text out of a field does not.
  document.addEventListener("mousedown", (event) => {
    const dialog = event.target;
    if (!(dialog instanceof HTMLDialogElement) || dialog.hasAttribute("data-dialog-stay")) return;
    if (isOutside(dialog, event)) dialog.close();
  });

  // What htmx puts into a data-dialog-auto dialog opens it.
  document.addEventListener("htmx:afterSwap", (event) => {
    const dialog = event.detail.target?.closest?.("dialog[data-dialog-auto]");
    if (dialog && event.detail.target.childElementCount) open(dialog);
  });

  // A response with HX-Trigger: closeDialog closes what it was sent from.
  document.addEventListener("closeDialog", () => leadhub.openDialog()?.close());

  // A page that comes back with errors in a dialog shows it at once.
  open(document.querySelector("dialog[data-dialog-show]"));
})();
