"use strict";

// On narrow screens the navigation scrolls sideways: bring the current page into sight.
(() => {
  const nav = document.querySelector(".sidebar__nav");
  const current = nav?.querySelector("[aria-current]");
  if (!current || nav.scrollWidth <= nav.clientWidth) return;
  nav.scrollLeft = current.offsetLeft - nav.offsetLeft - (nav.clientWidth - current.offsetWidth) / 2;
})();
