"use strict";

// The impact of the model follows [data-preview] fields while they are moved, before anything is saved: what
// they say is sent under the name in data-preview. One question is under way at a time, the next is the latest.
(() => {
  let busy = false;
  let again = false;

  function moved() {
    const fields = [...document.querySelectorAll("#editor [data-preview][data-moved]")];
    return new URLSearchParams(fields.map((field) => [field.dataset.preview, field.value]));
  }

  async function ask() {
    const panel = document.getElementById("impact");
    again = busy;
    if (!panel || busy) return;
    busy = true;
    // Where a save comes between, its own question follows.
    await htmx.ajax("GET", `${panel.getAttribute("hx-get")}?${moved()}`, { source: panel, target: panel }).catch(() => {});
    busy = false;
    if (again) ask();
  }

  document.addEventListener("input", (event) => {
    const place = event.target.closest?.("#editor .slider, #editor [data-preview]");
    const field = place?.matches("[data-preview]") ? place : place?.querySelector("[data-preview]");
    if (!field) return;
    field.dataset.moved = "";
    ask();
  });
})();
