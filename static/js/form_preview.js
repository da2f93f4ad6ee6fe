"use strict";

// The preview of the form builder follows every change. Its button, for people without scripts, sends the same.
(() => {
  const PAUSE = 250;
  const button = document.querySelector("[data-preview]");
  const form = button?.form;
  const frame = document.querySelector("iframe[name=preview]");
  if (!form || !frame) return;
  let waiting = 0;
  let running = null;

  async function show() {
    running?.abort();
    running = new AbortController();
    const asked = { method: "POST", body: new FormData(form), signal: running.signal };
    const response = await fetch(button.formAction, asked);
    if (response.ok) frame.srcdoc = await response.text();
  }

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(() => show().catch(() => {}), PAUSE);
  }

  button.hidden = true;
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  soon();
})();
