"use strict";

// The page of a chat. What was said lives in the page and, while the tab is open, in the tab's memory, so that the
// conversation goes on when the visitor moves to another page of the site. In a frame browsers give no memory of our
// own: there the page around keeps it (chat.js) and gives it back.
(() => {
  const chat = document.querySelector(".chat");
  if (!chat) return;
  const name = `leadhub-chat-${chat.dataset.chat}`;
  const framed = parent !== window;
  const fresh = "fresh" in chat.dataset;
  const tell = (what) => parent.postMessage({ leadhub: what }, "*");

  function goOn(page) {
    const form = document.createElement("form");
    form.method = "post";
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "page", value: page });
    form.append(field);
    document.body.append(form);
    form.submit();
  }

  function alone() {
    const before = sessionStorage.getItem(name);
    sessionStorage.removeItem(name); // if it cannot be gone on with, the next page begins anew
    if (!fresh) sessionStorage.setItem(name, chat.dataset.page);
    else if (before) goOn(before);
  }

  function inFrame() {
    addEventListener("message", (event) => {
      const page = event.data?.leadhub?.page;
      if (fresh && event.source === parent && typeof page === "string") goOn(page);
    });
    tell(fresh ? { ask: true } : { said: chat.dataset.page });
    addEventListener("keydown", (event) => event.key === "Escape" && tell({ close: true }));
  }

  document.querySelector("[data-again]")?.addEventListener("click", () => sessionStorage.removeItem(name));
  if (framed) inFrame();
  else alone();

  // The question that is asked now is where keyboard and screen reader go on.
  const field = chat.querySelector(".chat__say :is(input, textarea)") ?? chat.querySelector("[data-focus]");
  if (!fresh && !("resumed" in chat.dataset)) field?.focus();
  field?.scrollIntoView({ block: "nearest" });

  // Enter sends, as in every chat; Shift and Enter make a line.
  chat.querySelector("textarea")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
})();
