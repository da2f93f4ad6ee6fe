"use strict";

// A form or button is sent once: while it runs it is aria-disabled and further presses do nothing.
(() => {
  const FORGET_AFTER = 10000;

  function buttons(element) {
    if (element.tagName !== "FORM") return [element];
    return [...element.elements].filter((el) => el.type === "submit" || (el.tagName === "BUTTON" && !el.type));
  }

  function hold(element) {
    element.dataset.sending = "";
    buttons(element).forEach((button) => button.setAttribute("aria-disabled", "true"));
    element.setAttribute("aria-busy", "true");
  }

  function release(element) {
    delete element.dataset.sending;
    buttons(element).forEach((button) => button.removeAttribute("aria-disabled"));
    element.removeAttribute("aria-busy");
  }

  document.addEventListener(
    "submit",
    (event) => {
      if (!("sending" in event.target.dataset)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );

  // Once the page itself is on its way. A download leaves the page standing, so it is let go again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    setTimeout(() => hold(form));
    setTimeout(() => release(form), FORGET_AFTER);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[aria-disabled=true]");
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.requestConfig.verb !== "get") hold(event.detail.elt);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig?.verb !== "get") release(event.detail.elt);
  });

  // Back from the browser's memory: nothing is being sent any more.
  addEventListener("pageshow", () => document.querySelectorAll("[data-sending]").forEach(release));
})();
