"use strict";

// Answers that did not arrive are kept in this browser and sent again, also after the page was loaded anew. What
// somebody else answered meanwhile is told by the server, as with any answer.
(() => {
  const AGAIN_AFTER = 4000;
  const KEPT_FOR = 24 * 3600 * 1000;

  const call = document.getElementById("call");
  const notice = document.getElementById("card-offline");
  const store = `card:${call.dataset.card}:${call.dataset.person}`;

  const waiting = read();
  const sent = {};
  const failed = new Set(Object.keys(waiting));

  function read() {
    try {
      const kept = JSON.parse(localStorage.getItem(store) || "{}");
      return Object.fromEntries(Object.entries(kept).filter(([, one]) => Date.now() - one.at < KEPT_FOR));
    } catch {
      return {};
    }
  }

  function write() {
    try {
      if (Object.keys(waiting).length) localStorage.setItem(store, JSON.stringify(waiting));
      else localStorage.removeItem(store);
    } catch {
      // A browser that keeps nothing still has the page.
    }
  }

  function elementOf(form) {
    return form.closest("[data-row]").id;
  }

  function formOf(element) {
    return document.getElementById(element)?.querySelector("[data-answer]");
  }

  function show() {
    notice.hidden = failed.size === 0;
    document.querySelectorAll("[data-answer]").forEach((form) => {
      const mark = form.querySelector(".question__unsent");
      if (mark) mark.hidden = !failed.has(elementOf(form));
    });
  }

  function keep(form) {
    const data = new FormData(form);
    data.delete("csrfmiddlewaretoken");
    waiting[elementOf(form)] = { at: Math.max(Date.now(), (waiting[elementOf(form)]?.at || 0) + 1), values: Object.fromEntries(data) };
    write();
  }

  // Only what was sent: more may have been typed since.
  function forget(element) {
    if (waiting[element]?.at === sent[element]) delete waiting[element];
    failed.delete(element);
    write();
  }

  function fill(form, values) {
    for (const radio of form.querySelectorAll("[name=level][type=radio]")) radio.checked = radio.value === values.level;
    form.elements.asked_in_vain.checked = "asked_in_vain" in values;
    form.elements.evidence.value = values.evidence || "";
    // When the answer that was looked at then was given: a newer one of somebody else is not overwritten.
    form.elements.seen.value = values.seen || "";
  }

  function send(form) {
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function sendAll() {
    for (const element of failed) {
      const form = formOf(element);
      if (form && !form.hasAttribute("aria-busy")) send(form);
    }
  }

  // Kept as it is given, forgotten once the server has said anything about it that is not a failure.
  for (const kind of ["change", "input"]) {
    document.addEventListener(kind, (event) => {
      const form = event.target.closest("[data-answer]");
      if (form) keep(form);
    });
  }
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.target.matches("[data-answer]")) return;
    const element = elementOf(event.target);
    if (!(element in waiting)) keep(event.target);
    sent[element] = waiting[element].at;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("[data-answer]");
    if (!form) return;
    const { status } = event.detail.xhr;
    if (status >= 200 && status < 500 && status !== 401 && status !== 403 && status !== 429) forget(elementOf(form));
    else failed.add(elementOf(form));
    show();
  });

  addEventListener("online", sendAll);
  setInterval(() => navigator.onLine && !notice.hidden && sendAll(), AGAIN_AFTER);

  for (const [element, { values }] of Object.entries(waiting)) {
    const form = formOf(element);
    if (form) fill(form, values);
    else failed.delete(element);
  }
  show();
  addEventListener("load", sendAll);
})();
