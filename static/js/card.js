"use strict";

// The scorecard by keyboard: what one answer says about the other fields, and where the hand goes next.
(() => {
  function level(form, value) {
    return form.querySelector(`[name=level][value="${value}"]`);
  }

  // Before htmx sends the form: unknown and "asked, no answer" belong together, the other steps do not.
  document.addEventListener(
    "change",
    (event) => {
      const form = event.target.closest("[data-answer]");
      if (!form) return;
      if (event.target.name === "asked_in_vain" && event.target.checked) level(form, 0).checked = true;
      if (event.target.name === "level" && event.target.value !== "0") form.elements.asked_in_vain.checked = false;
    },
    true,
  );
  document.addEventListener(
    "input",
    (event) => {
      const form = event.target.closest("[data-answer]");
      if (form && event.target.name === "evidence" && !form.querySelector("[name=level]:checked")) level(form, 0).checked = true;
    },
    true,
  );

  // Stated and proven ask for their words at once; Enter there goes on to the next point.
  document.addEventListener("change", (event) => {
    if (event.target.name !== "level" || Number(event.target.value) < 2) return;
    const evidence = event.target.form.elements.evidence;
    if (evidence && !evidence.value) evidence.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.name !== "evidence") return;
    event.preventDefault();
    event.target.blur();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
  });

  // Where the call goes on may lie below the fold.
  document.querySelector(".question.is-selected")?.scrollIntoView({ block: "nearest" });

  // In a sheet: the button names what is chosen, and Enter sends it.
  document.addEventListener("change", (event) => {
    if (!event.target.closest(".verdict") || event.target.type !== "radio") return;
    event.target.focus();
    if (event.target.dataset.focus) document.querySelector(event.target.dataset.focus).focus();
    const words = event.target.form.querySelector("[data-words]");
    if (words) words.textContent = `: ${event.target.dataset.word}`;
  });
})();
