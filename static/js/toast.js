"use strict";

// Short messages in the corner. Text is only ever set as textContent: it may hold what a lead wrote.
(() => {
  const LASTS_SECONDS = 7;
  const UNDO_SECONDS = 10;
  const ICONS = { ok: "circle-check", bad: "alert-circle", info: "info-circle" };

  const region = document.getElementById("toasts");
  const template = document.getElementById("toast-template");

  function leaveAfter(toast, seconds, everySecond = () => {}) {
    let left = seconds;
    everySecond(left);
    const timer = setInterval(() => {
      if (!toast.isConnected) return clearInterval(timer);
      if (toast.matches(":hover, :focus-within")) return;
      left -= 1;
      everySecond(left);
      if (left > 0) return;
      clearInterval(timer);
      toast.remove();
    }, 1000);
  }

  function offerUndo(toast, address) {
    const url = new URL(address, location.href);
    if (url.origin !== location.origin) return;
    const button = toast.querySelector("[data-toast-undo]");
    button.hidden = false;
    button.addEventListener("click", () => undo(toast, button, url));
    leaveAfter(toast, UNDO_SECONDS, (left) => {
      button.textContent = `${leadhub.text("undo")} ${left}`;
    });
  }

  // An undo is a plain POST. A view that redirects has changed the page, so the page is loaded again.
  async function undo(toast, button, url) {
    button.disabled = true;
    const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
    let response = null;
    try {
      response = await fetch(url, {
        method: "POST",
        headers: { ...headers, "HX-Request": "true" },
        redirect: "manual",
        credentials: "same-origin",
      });
    } catch {
      response = null;
    }
    toast.remove();
    if (!response) return show({ text: leadhub.text("offline"), tone: "bad" });
    if (response.type === "opaqueredirect" || response.headers.get("HX-Refresh")) return location.reload();
    const target = response.headers.get("HX-Redirect");
    if (target) return location.assign(new URL(target, location.href));
    if (!response.ok) return show({ text: (await said(response)) || leadhub.text("undo-failed"), tone: "bad" });
    passOn(response.headers.get("HX-Trigger"));
  }

  // Why not, where the answer says so in words.
  async function said(response) {
    return (response.headers.get("Content-Type") || "").startsWith("text/plain") ? response.text() : "";
  }

  function passOn(trigger) {
    if (!trigger) return location.reload();
    const events = trigger.trim().startsWith("{")
      ? Object.entries(JSON.parse(trigger))
      : trigger.split(",").map((name) => [name.trim(), null]);
    for (const [name, detail] of events) htmx.trigger(document.body, name, detail);
  }

  function setIcon(toast, tone) {
    const use = toast.querySelector(".icon use");
    const [file] = use.getAttribute("href").split("#");
    use.setAttribute("href", `${file}#${ICONS[tone] || ICONS.info}`);
  }

  function show({ text, tone = "info", undo: address = "" }) {
    if (!text) return;
    const toast = template.content.firstElementChild.cloneNode(true);
    toast.classList.add(`toast--${tone in ICONS ? tone : "info"}`);
    setIcon(toast, tone);
    toast.querySelector("p").textContent = text;
    raise();
    region.append(toast);
    if (address) offerUndo(toast, address);
    else if (tone !== "bad") leaveAfter(toast, LASTS_SECONDS);
  }

  // A modal dialog covers everything but itself, so the region moves into the one that is open.
  function raise() {
    const home = leadhub.openDialog() || document.body;
    if (region.parentElement !== home) home.append(region);
  }

  leadhub.toast = show;

  document.body.addEventListener("toast", (event) => show(event.detail));
  document.addEventListener("click", (event) => {
    event.target.closest("[data-toast-close]")?.closest("[data-toast]").remove();
  });
  document.addEventListener("close", raise, true);
  for (const toast of region.querySelectorAll("[data-toast]:not(.toast--bad)")) {
    if (toast.dataset.undo) offerUndo(toast, toast.dataset.undo);
    else leaveAfter(toast, LASTS_SECONDS);
  }
})();
