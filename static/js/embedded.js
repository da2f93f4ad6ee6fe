"use strict";

// A hosted form in a frame tells the page around it how high it is and where to go on to; see embed.js there.
// The height is no secret, and the frame cannot know who is around it.
(() => {
  if (parent === window) return;
  const tell = (what) => parent.postMessage({ leadhub: what }, "*");
  new ResizeObserver(() => tell({ height: Math.ceil(document.body.getBoundingClientRect().height) })).observe(document.body);
  const on = document.querySelector("[data-go]");
  if (on) tell({ go: on.href });
  for (const link of document.querySelectorAll(".field a[href]")) link.target = "_blank";
})();
