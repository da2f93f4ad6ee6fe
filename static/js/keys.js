"use strict";

// Any element with data-key="c" is clicked by that key, fields are focused. Looked for first in the open
// dialog, then in the selected row or the data-key-scope around the focus, then on the page.
(() => {
  const OFF = "keys-off";

  const help = document.getElementById("keys-dialog");

  function isOff() {
    return localStorage.getItem(OFF) === "1";
  }

  // The keys of a closed data-keys-inside menu work while its row is selected.
  function isSeen(element) {
    return element.checkVisibility() || element.closest("[data-keys-inside]")?.parentElement.checkVisibility();
  }

  function isUsable(element) {
    return !element.disabled && element.getAttribute("aria-disabled") !== "true" && isSeen(element);
  }

  function within(place, key, allowed = () => true) {
    const found = [...place.querySelectorAll("[data-key]")];
    return found.find((el) => el.dataset.key.toLowerCase() === key && allowed(el) && isUsable(el));
  }

  function find(key) {
    const dialog = leadhub.openDialog();
    if (dialog) return within(dialog, key);
    const scopes = [
      document.activeElement?.closest("[data-key-scope]"),
      document.querySelector("[data-row].is-selected"),
    ].filter(Boolean);
    for (const scope of scopes) {
      const element = within(scope, key);
      if (element) return element;
    }
    return within(document, key, (el) => !el.closest("[data-row], [data-key-scope], dialog"));
  }

  function press(element) {
    if (leadhub.isTyping(element)) {
      element.focus();
      element.select?.();
    } else {
      element.click();
    }
  }

  function describe(list, key, label) {
    const line = document.createElement("div");
    const term = document.createElement("dt");
    const cap = document.createElement("kbd");
    const meaning = document.createElement("dd");
    cap.textContent = key;
    meaning.textContent = label;
    term.append(cap);
    line.append(meaning, term);
    list.append(line);
  }

  function showHelp() {
    const list = help.querySelector(".key-list");
    const known = new Map();
    for (const element of document.querySelectorAll("[data-key][data-key-label]")) {
      known.set(element.dataset.key.toUpperCase(), element.dataset.keyLabel);
    }
    list.replaceChildren();
    if (document.querySelector("[data-rows]")) {
      describe(list, "J", leadhub.text("key-next"));
      describe(list, "K", leadhub.text("key-previous"));
      describe(list, "Enter", leadhub.text("key-open"));
    }
    known.forEach((label, key) => describe(list, key, label));
    describe(list, "?", leadhub.text("key-help"));
    help.querySelector("[data-keys-switch]").checked = !isOff();
    help.showModal();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (leadhub.isTyping(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (isOff() || event.defaultPrevented) return;
    if (event.key === "?") {
      event.preventDefault();
      if (!leadhub.openDialog()) showHelp();
      return;
    }
    if ([" ", "Enter", "Tab", "Escape"].includes(event.key)) return;
    const element = find(event.key.toLowerCase());
    if (!element) return;
    event.preventDefault();
    press(element);
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-keys-help]")) showHelp();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys-switch]")) localStorage.setItem(OFF, event.target.checked ? "0" : "1");
  });

  leadhub.keysAreOff = isOff;
})();
