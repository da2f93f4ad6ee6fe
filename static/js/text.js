"use strict";

// The one global name of our scripts; other files hang their shared functions on it.
window.leadhub = {
  // A sentence that the page brings in a <meta name="text-...">, so that it can be translated.
  text(name) {
    const meta = document.querySelector(`meta[name="text-${name}"]`);
    return meta ? meta.content : "";
  },

  // Is the person writing into something just now?
  isTyping(target) {
    if (!(target instanceof Element)) return false;
    if (target.closest("[contenteditable=true]")) return true;
    return target.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=button], [type=submit])");
  },

  // The dialog on top, if one is open.
  openDialog() {
    return [...document.querySelectorAll("dialog[open]")].pop() || null;
  },
};
