"use strict";

// Puts a leadhub chat on the pages of another site:
// <script async src="https://leads.example.com/static/js/chat.js" data-chat="hello"></script>
// It asks leadhub where and when the chat shows up, and loads the chat itself only when it is opened.
(() => {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const base = `${home}/c/${encodeURIComponent(script.dataset.chat)}/`;
  const CLOSED = "leadhub-chat-closed";
  const SAID = `leadhub-chat-${script.dataset.chat}`;
  const STYLE = `
    :host { all: initial; position: fixed; right: 18px; bottom: 18px; z-index: 2147483000; font: 15px system-ui, sans-serif; }
    button { display: flex; align-items: center; gap: 8px; min-height: 44px; padding: 0 18px; border: 0; border-radius: 22px;
      background: #0f5c6e; color: #fff; font: inherit; font-weight: 600; cursor: pointer; box-shadow: 0 6px 24px rgb(0 0 0 / 0.25); }
    button:focus-visible { outline: 3px solid #4db8cc; outline-offset: 2px; }
    section { display: grid; grid-template-rows: auto 1fr; width: min(400px, calc(100vw - 24px)); height: min(620px, calc(100vh - 36px));
      overflow: hidden; border-radius: 14px; background: #fff; box-shadow: 0 12px 48px rgb(0 0 0 / 0.3); }
    header { display: flex; align-items: center; justify-content: space-between; padding: 6px 6px 6px 16px; background: #0f5c6e; color: #fff; font-weight: 600; }
    header button { min-height: 40px; width: 40px; padding: 0; justify-content: center; background: none; box-shadow: none; font-size: 20px; }
    iframe { width: 100%; height: 100%; border: 0; color-scheme: normal; }
    [hidden] { display: none; }`;

  // What this tab remembers until it is closed; a browser may refuse.
  function remembered(name, value) {
    try {
      if (value !== undefined) sessionStorage.setItem(name, value);
      return sessionStorage.getItem(name);
    } catch {
      return null;
    }
  }

  function address() {
    const url = new URL(base);
    const here = new URLSearchParams(location.search);
    for (const name of ["utm_campaign", "aid"]) if (here.has(name)) url.searchParams.set(name, here.get(name).slice(0, 120));
    url.searchParams.set("page", location.pathname.slice(0, 400));
    url.searchParams.set("embed", "1");
    return url.href;
  }

  function put(told) {
    const host = document.createElement("div");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];

    const open = document.createElement("button");
    open.type = "button";
    open.textContent = told.name;
    open.setAttribute("aria-expanded", "false");
    const panel = document.createElement("section");
    panel.hidden = true;
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", told.name);
    const head = document.createElement("header");
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "\u00d7";
    close.setAttribute("aria-label", script.dataset.close || "Close");
    head.append(told.name, close);
    panel.append(head);
    let frame = null;

    function show(shown, byHand) {
      if (shown && !frame) {
        frame = document.createElement("iframe");
        frame.title = told.name;
        frame.src = address();
        panel.append(frame);
      }
      panel.hidden = !shown;
      open.hidden = shown;
      open.setAttribute("aria-expanded", String(shown));
      if (!byHand) return;
      remembered(CLOSED, shown ? "" : "1");
      (shown ? frame : open).focus();
    }

    open.addEventListener("click", () => show(true, true));
    close.addEventListener("click", () => show(false, true));
    panel.addEventListener("keydown", (event) => event.key === "Escape" && show(false, true));
    addEventListener("message", (event) => {
      if (!frame || event.source !== frame.contentWindow || event.origin !== home) return;
      const { close: closes, said, ask } = event.data?.leadhub ?? {};
      if (closes) show(false, true);
      if (typeof said === "string") remembered(SAID, said);
      const before = ask && remembered(SAID);
      if (!before) return;
      remembered(SAID, ""); // if it cannot be gone on with, the next page begins anew
      frame.contentWindow.postMessage({ leadhub: { page: before } }, home);
    });
    root.append(panel, open);
    document.body.append(host);

    // Shows up by itself once, where it shall, and never again in this tab for who closed it.
    const here = told.pages.some((begin) => location.pathname.startsWith(begin));
    if (here && !remembered(CLOSED)) setTimeout(() => panel.hidden && !remembered(CLOSED) && show(true, false), told.after * 1000);
  }

  fetch(`${base}when/`)
    .then((answer) => (answer.ok ? answer.json() : { live: false }))
    .then((told) => told.live && put(told))
    .catch(() => {}); // the site goes on without a chat
})();
