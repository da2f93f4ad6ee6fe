"use strict";

// A link of an e-mail leads on by itself. That this script runs for somebody who looks is what counts as a click.
(() => {
  function goOn() {
    navigator.sendBeacon(location.pathname);
    location.replace(document.querySelector("[data-follow]").dataset.follow);
  }

  if (document.prerendering) document.addEventListener("prerenderingchange", goOn, { once: true });
  else goOn();
})();
