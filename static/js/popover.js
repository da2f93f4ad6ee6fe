"use strict";

// Places a native popover beside the button that opened it, inside the window.
(() => {
  const GAP = 6;
  const EDGE = 12;

  function place(popover, button) {
    const from = button.getBoundingClientRect();
    const size = popover.getBoundingClientRect();
    const below = from.bottom + GAP;
    const above = from.top - GAP - size.height;
    const wantsTop = button.dataset.placement === "top" || below + size.height > innerHeight - EDGE;
    const top = wantsTop && above >= EDGE ? above : Math.min(below, innerHeight - size.height - EDGE);
    const left = Math.min(from.left, innerWidth - size.width - EDGE);
    popover.style.setProperty("top", `${Math.max(EDGE, top)}px`);
    popover.style.setProperty("left", `${Math.max(EDGE, left)}px`);
  }

  function buttonOf(popover) {
    return document.querySelector(`[popovertarget="${CSS.escape(popover.id)}"]`);
  }

  // What is loaded or opened inside makes it longer.
  function placeAgain(event) {
    const popover = event.target.closest?.("[popover]");
    const button = popover?.matches(":popover-open") && buttonOf(popover);
    if (button) place(popover, button);
  }

  document.addEventListener("htmx:afterSettle", placeAgain);
  document.addEventListener(
    "toggle",
    (event) => {
      const popover = event.target;
      if (!popover.matches?.("[popover]")) return placeAgain(event);
      const button = buttonOf(popover);
      if (!button) return;
      button.setAttribute("aria-expanded", String(event.newState === "open"));
      if (event.newState === "open") place(popover, button);
    },
    true,
  );
})();
