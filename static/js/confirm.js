"use strict";

// data-confirm="Question?" on a button or link asks first, in a dialog of ours.
// Also: data-confirm-text, data-confirm-yes (the button's words), data-confirm-tone="danger".
(() => {
  const dialog = document.getElementById("confirm-dialog");
  const yes = dialog.querySelector("[data-confirm-yes]");
  const usual = yes.textContent;
  let agreed = null;

  function ask(element) {
    const { confirm, confirmText, confirmYes, confirmTone } = element.dataset;
    dialog.querySelector("h2").textContent = confirm;
    dialog.querySelector("[data-confirm-text]").textContent = confirmText || "";
    yes.textContent = confirmYes || usual;
    yes.classList.toggle("button--danger", confirmTone === "danger");
    yes.classList.toggle("button--primary", confirmTone !== "danger");
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener("close", () => answer(element), { once: true });
  }

  function answer(element) {
    element.focus();
    if (dialog.returnValue !== "yes") return;
    agreed = element;
    element.click();
    agreed = null;
  }

  document.addEventListener(
    "click",
    (event) => {
      const element = event.target.closest?.("[data-confirm]");
      if (!element || element === agreed || element.getAttribute("aria-disabled") === "true") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(element);
    },
    true,
  );
})();
