"use strict";

// .band-editor: ranges laid over the axis of bands, one for each line between two bands.
// A handle cannot pass its neighbours; the axis follows while it moves.
(() => {
  function handles(editor) {
    return [...editor.querySelectorAll("input[type=range]")];
  }

  function keepOrder(list, moved) {
    const place = list.indexOf(moved);
    const low = place > 0 ? Number(list[place - 1].value) + 1 : Number(moved.min);
    const high = place < list.length - 1 ? Number(list[place + 1].value) - 1 : Number(moved.max);
    moved.value = Math.max(low, Math.min(high, Number(moved.value)));
  }

  function draw(editor, list) {
    const axis = editor.querySelector(".band-axis");
    const top = Number(axis.dataset.top);
    const starts = [0, ...list.map((handle) => Number(handle.value))];
    axis.querySelectorAll(".band-axis__band").forEach((band, place) => {
      const start = (100 * starts[place]) / top;
      const end = place + 1 < starts.length ? (100 * starts[place + 1]) / top : 100;
      const [name, low] = band.querySelectorAll("text");
      band.querySelector("rect").setAttribute("x", `${start}%`);
      band.querySelector("rect").setAttribute("width", `${Math.max(0, end - start)}%`);
      name.setAttribute("x", `${(start + end) / 2}%`);
      low.setAttribute("x", `${start}%`);
      if (place > 0) low.textContent = String(starts[place]);
    });
  }

  document.addEventListener("input", (event) => {
    const editor = event.target.closest?.(".band-editor");
    if (!editor || event.target.type !== "range") return;
    const list = handles(editor);
    keepOrder(list, event.target);
    draw(editor, list);
  });
})();
