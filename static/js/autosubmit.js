"use strict";

// <form data-autosubmit> sends itself when a choice changes, and a moment after typing stops.
// A plain GET form replaces <main> by that of the answer, so that nobody is thrown out of the search field.
(() => {
  const PAUSE = 300;
  const waiting = new WeakMap();
  let running = null;

  function sendSoon(form, delay) {
    clearTimeout(waiting.get(form));
    waiting.set(
      form,
      setTimeout(() => form.isConnected && form.requestSubmit(), delay),
    );
  }

  function addressOf(form, submitter) {
    const fields = [...new FormData(form, submitter)].filter(([, value]) => value !== "");
    const url = new URL(form.getAttribute("action") || location.pathname, location.href);
    url.search = new URLSearchParams(fields);
    return url;
  }

  // What is being typed stays as it is, with the caret where it was.
  function keepTyping(replace) {
    const field = document.activeElement;
    const typed = leadhub.isTyping(field) && field.name ? fieldState(field) : null;
    replace();
    if (!typed) return;
    const same = document.querySelector(`[data-autosubmit] [name="${CSS.escape(typed.name)}"]`);
    if (!same) return;
    same.value = typed.value;
    same.focus({ preventScroll: true });
    if (typed.caret !== null) same.setSelectionRange(typed.caret, typed.caret);
  }

  function fieldState(field) {
    const { name, value } = field;
    return { name, value, caret: /^(text|search)$/.test(field.type) ? field.selectionStart : null };
  }

  async function load(url) {
    running?.abort();
    running = new AbortController();
    const response = await fetch(url, { signal: running.signal, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById("main");
    const movedAway = new URL(response.url).pathname !== url.pathname;
    if (!response.ok || !fresh || movedAway) return location.assign(url);
    keepTyping(() => document.getElementById("main").replaceChildren(...fresh.childNodes));
    document.title = page.title;
    history.replaceState(null, "", url);
    hideButtons();
    const main = document.getElementById("main");
    htmx.process(main);
    htmx.trigger(main, "htmx:afterSettle");
  }

  // The button is for people without scripts.
  function hideButtons() {
    document.querySelectorAll("[data-autosubmit] [data-autosubmit-button]").forEach((button) => {
      button.hidden = true;
    });
  }

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    const typed = event.target.tagName === "INPUT" && leadhub.isTyping(event.target);
    if (form?.matches("[data-autosubmit]") && !typed) sendSoon(form, 0);
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    const typed = event.target.tagName === "INPUT" && leadhub.isTyping(event.target);
    if (form?.matches("[data-autosubmit]") && typed) sendSoon(form, PAUSE);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("[data-autosubmit]") || form.method !== "get") return;
    event.preventDefault();
    clearTimeout(waiting.get(form));
    const url = addressOf(form, event.submitter);
    load(url).catch((error) => {
      if (error.name !== "AbortError") leadhub.toast({ text: leadhub.text("offline"), tone: "bad" });
    });
  });
  hideButtons();
})();
