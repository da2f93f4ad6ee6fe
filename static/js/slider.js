"use strict";

// A range with its number beside it, inside .slider: an <output> shows it, a number field also sets it.
// data-signed writes +15 and −8; data-was marks what differs from the saved value.
(() => {
  function written(range) {
    const value = Number(range.value);
    const text = String(Math.abs(value));
    if (value < 0) return `−${text}`;
    return "signed" in range.dataset && value > 0 ? `+${text}` : text;
  }

  function show(range) {
    const share = (100 * (range.value - range.min)) / (range.max - range.min || 1);
    range.style.setProperty("--fill", `${share}%`);
    const partner = range.closest(".slider")?.querySelector("output, input[type=number]");
    if (!partner) return;
    if (partner.tagName === "OUTPUT") partner.value = written(range);
    else if (partner !== document.activeElement) partner.value = range.value;
    if (range.dataset.was !== undefined) {
      partner.classList.toggle("is-changed", Number(range.value) !== Number(range.dataset.was));
    }
  }

  function showAll(root) {
    root.querySelectorAll("input[type=range]").forEach(show);
  }

  document.addEventListener("input", (event) => {
    if (event.target.matches("input[type=range]")) show(event.target);
    if (!event.target.matches(".slider input[type=number]") || event.target.value === "") return;
    const range = event.target.closest(".slider").querySelector("input[type=range]");
    range.value = event.target.value;
    show(range);
  });
  document.addEventListener("reset", (event) => setTimeout(() => showAll(event.target)));
  document.addEventListener("htmx:afterSettle", (event) => showAll(event.target));
  showAll(document);
})();
