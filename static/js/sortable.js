"use strict";

// [data-sortable]: drag by [data-grip], or move by buttons with data-move="up" and data-move="down".
// The new order is announced by a "sorted" event on the list and a change event on its form.
(() => {
  function announce(list) {
    list.dispatchEvent(new CustomEvent("sorted", { bubbles: true }));
    list.closest("form")?.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function start(root) {
    for (const list of root.querySelectorAll("[data-sortable]:not([data-sortable-on])")) {
      list.dataset.sortableOn = "";
      new Sortable(list, { handle: "[data-grip]", animation: 120, onEnd: () => announce(list) });
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    const item = button?.closest("[data-sortable] > *");
    if (!item) return;
    const other = button.dataset.move === "up" ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (button.dataset.move === "up") other.before(item);
    else other.after(item);
    button.focus();
    announce(item.parentElement);
  });
  document.addEventListener("htmx:afterSettle", () => start(document));
  start(document);
})();
