"use strict";

// The page of a chat. What was said lives in the page and, while this tab is open, in the tab's own memory, so that
// the conversation goes on when the visitor moves to another page of the site.
(() => {
  const chat = document.querySelector(".chat");
  if (!chat) return;
  const name = `leadhub-chat-${chat.dataset.chat}`;
  const memory = (() => {
    try {
      sessionStorage.getItem(name);
      return sessionStorage;
    } catch {
      return null; // a browser that keeps nothing for frames of other sites
    }
  })();

  function goOn(page) {
    const form = document.createElement("form");
    form.method = "post";
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "page", value: page });
    form.append(field);
    document.body.append(form);
    form.submit();
  }

  const before = memory?.getItem(name);
  if ("fresh" in chat.dataset && before) {
    memory.removeItem(name); // if it cannot be gone on with, the next page begins anew
    goOn(before);
    return;
  }
  if ("fresh" in chat.dataset) memory?.removeItem(name);
  else memory?.setItem(name, chat.dataset.page);
  document.querySelector("[data-again]")?.addEventListener("click", () => memory?.removeItem(name));

  // The question that is asked now is where keyboard and screen reader go on.
  const field = chat.querySelector(".chat__say :is(input, textarea)") ?? chat.querySelector("[data-focus]");
  if (!("fresh" in chat.dataset)) field?.focus();
  field?.scrollIntoView({ block: "nearest" });

  // Enter sends, as in every chat; Shift and Enter make a line.
  chat.querySelector("textarea")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });

  // In a frame: Escape is for the page around; see chat.js there.
  if (parent === window) return;
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") parent.postMessage({ leadhub: { close: true } }, "*");
  });
})();
