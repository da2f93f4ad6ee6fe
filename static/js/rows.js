"use strict";

// j, k, arrows and Enter over [data-rows] [data-row]. Rows need an id so that the selection survives a swap.
(() => {
  let selectedId = null;
  let selectedPlace = 0;

  function rows() {
    return [...document.querySelectorAll("[data-rows] [data-row]")];
  }

  function selected(list) {
    return list.findIndex((row) => row.classList.contains("is-selected"));
  }

  function mark(list, place, focus) {
    const row = list[place];
    if (!row) return;
    list.forEach((other) => other.classList.toggle("is-selected", other === row));
    selectedId = row.id;
    selectedPlace = place;
    if (!row.hasAttribute("tabindex")) row.tabIndex = -1;
    if (!focus) return;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function move(step) {
    const list = rows();
    const from = selected(list);
    const place = from < 0 ? 0 : Math.max(0, Math.min(list.length - 1, from + step));
    mark(list, place, true);
  }

  function open(row) {
    (row.querySelector("[data-row-open]") || row.querySelector("a[href]"))?.click();
  }

  function stepOf(event) {
    const free = event.target === document.body || event.target.matches("[data-row]");
    if (event.key === "j" || (event.key === "ArrowDown" && free)) return 1;
    if (event.key === "k" || (event.key === "ArrowUp" && free)) return -1;
    return 0;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || leadhub.isTyping(event.target)) return;
    if (leadhub.openDialog() || leadhub.keysAreOff() || !document.querySelector("[data-rows]")) return;
    const step = stepOf(event);
    if (step) {
      event.preventDefault();
      move(step);
    } else if (event.key === "Enter" && event.target.matches("[data-row]")) {
      event.preventDefault();
      open(event.target);
    }
  });

  // A click into a row selects it, so that keys act on what the eye is on.
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("[data-rows] [data-row]");
    if (row) mark(rows(), rows().indexOf(row), false);
  });

  // After a swap the same row is selected, or the one that took its place.
  document.addEventListener("htmx:afterSettle", () => {
    const list = rows();
    if (selectedId === null || !list.length || selected(list) >= 0) return;
    const same = list.findIndex((row) => row.id && row.id === selectedId);
    const place = same >= 0 ? same : Math.min(selectedPlace, list.length - 1);
    mark(list, place, document.activeElement === document.body);
  });
})();
