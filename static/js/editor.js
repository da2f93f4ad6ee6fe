"use strict";

// The model editor drawn anew while somebody types keeps what they typed, with the caret where it was.
// [data-show-news] draws it anew, to show what others saved.
(() => {
  let typing = null;

  function stateOf(field) {
    const plain = /^(text|search)$/.test(field.type);
    return { id: field.id, value: field.value, caret: plain ? field.selectionStart : null };
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    const field = document.activeElement;
    const anew = event.detail.target?.id === "editor" && event.detail.shouldSwap;
    typing = anew && leadhub.isTyping(field) && field.id && field.value !== field.defaultValue ? stateOf(field) : null;
  });

  document.addEventListener("htmx:afterSwap", () => {
    const field = typing && document.getElementById(typing.id);
    if (!field) return;
    field.value = typing.value;
    field.focus({ preventScroll: true });
    if (typing.caret !== null) field.setSelectionRange(typing.caret, typing.caret);
    typing = null;
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-show-news]");
    if (!button) return;
    htmx.ajax("GET", location.pathname, { target: "#editor", swap: "outerHTML" });
  });
})();
