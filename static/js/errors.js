"use strict";

// What htmx does when a request goes wrong: say it, keep the form as it is, or ask to log in.
(() => {
  const SENTENCES = { 403: "forbidden", 404: "gone", 410: "gone", 429: "too-many", 503: "away" };

  const login = document.querySelector('meta[name="login-url"]').content;

  function toLogin() {
    location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
  }

  function complain(name) {
    leadhub.toast({ text: leadhub.text(name), tone: "bad" });
  }

  // A session that ended redirects to the login page, which must not be swapped into a part of this one.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    const landed = xhr.responseURL ? new URL(xhr.responseURL).pathname : "";
    if (xhr.status !== 401 && landed !== login) return;
    event.detail.shouldSwap = false;
    toLogin();
  });

  document.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (status === 401) return;
    // An answer that brings its own words needs no second sentence.
    if (/"toast"/.test(event.detail.xhr.getResponseHeader("HX-Trigger") || "")) return;
    complain(SENTENCES[status] || (status >= 500 ? "server-error" : "refused"));
  });
  document.addEventListener("htmx:sendError", () => complain("offline"));
  document.addEventListener("htmx:timeout", () => complain("timeout"));
})();
