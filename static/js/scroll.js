"use strict";

// Parts of the page that scroll sideways.
(() => {
  const PARTS = ".table-scroll, .segmented, .tabs";

  // On narrow screens the navigation scrolls: bring the current page into sight.
  function showCurrent() {
    const nav = document.querySelector(".sidebar__nav");
    const current = nav?.querySelector("[aria-current]");
    if (!current || nav.scrollWidth <= nav.clientWidth) return;
    nav.scrollLeft = current.offsetLeft - nav.offsetLeft - (nav.clientWidth - current.offsetWidth) / 2;
  }

  // What scrolls and holds nothing that takes the focus takes it itself, so that arrow keys can scroll it.
  function makeReachable() {
    for (const part of document.querySelectorAll(PARTS)) {
      const scrolls = part.scrollWidth > part.clientWidth;
      if (scrolls && !part.querySelector("a[href], button, input, select, textarea")) part.tabIndex = 0;
    }
  }

  showCurrent();
  makeReachable();
  addEventListener("resize", makeReachable);
  document.addEventListener("htmx:afterSettle", makeReachable);
})();
