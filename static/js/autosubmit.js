"use strict";

// <form data-autosubmit> sends itself when a choice changes, and a moment after typing stops.
(() => {
  const PAUSE = 300;
  const waiting = new WeakMap();

  function sendSoon(form, delay) {
    clearTimeout(waiting.get(form));
    waiting.set(
      form,
      setTimeout(() => form.isConnected && form.requestSubmit(), delay),
    );
  }

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-autosubmit]") && !leadhub.isTyping(event.target)) sendSoon(form, 0);
    else if (form?.matches("[data-autosubmit]") && event.target.tagName === "SELECT") sendSoon(form, 0);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-autosubmit]") && event.target.tagName === "INPUT" && leadhub.isTyping(event.target)) {
      sendSoon(form, PAUSE);
    }
  });

  // The button is for people without scripts.
  document.querySelectorAll("[data-autosubmit] [data-autosubmit-button]").forEach((button) => {
    button.hidden = true;
  });
})();
