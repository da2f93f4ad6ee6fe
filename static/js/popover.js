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

  document.addEventListener(
    "toggle",
    (event) => {
      const popover = event.target;
      if (!popover.matches?.("[popover]")) return;
      const button = document.querySelector(`[popovertarget="${CSS.escape(popover.id)}"]`);
      if (!button) return;
      button.setAttribute("aria-expanded", String(event.newState === "open"));
      if (event.newState === "open") place(popover, button);
    },
    true,
  );
})();
