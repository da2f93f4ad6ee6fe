"use strict";

// A row of a [data-sortable] list by keys: Alt+Up and Alt+Down anywhere in it, arrows alone on its [data-grip].
// data-moved on the list is what #moved then says: "{name}: now {place} of {of}."
(() => {
  function stepOf(event) {
    const free = event.altKey || event.target.matches("[data-grip]");
    if (!free || event.ctrlKey || event.metaKey || event.shiftKey) return 0;
    return { ArrowUp: -1, ArrowDown: 1 }[event.key] || 0;
  }

  function say(list, row) {
    const rows = [...list.children];
    const words = { name: row.dataset.name || "", place: rows.indexOf(row) + 1, of: rows.length };
    const live = document.getElementById("moved");
    if (live) live.textContent = (list.dataset.moved || "").replace(/\{(\w+)\}/g, (_all, name) => words[name]);
  }

  function move(row, step, focused) {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(row);
    else other.after(row);
    focused.focus();
    row.parentElement.dispatchEvent(new CustomEvent("sorted", { bubbles: true }));
  }

  document.addEventListener("keydown", (event) => {
    const step = stepOf(event);
    if (!step || event.target.matches("select, textarea")) return;
    const row = event.target.closest("[data-sortable] > [data-name]");
    if (!row) return;
    event.preventDefault();
    event.stopPropagation();
    move(row, step, event.target);
    say(row.parentElement, row);
  }, true);
})();
