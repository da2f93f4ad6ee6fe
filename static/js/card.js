"use strict";

// The scorecard by keyboard: what one answer says about the other fields, and where the hand goes next.
(() => {
  function level(form, value) {
    return form.querySelector(`[name=level][type=radio][value="${value}"]`);
  }

  function goOn() {
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
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
    const form = event.target.closest("[data-answer]");
    if (!form) return;
    if (event.target.name === "level") showStep(form, Number(event.target.value));
    if (event.target.name !== "level" || Number(event.target.value) < 2) return;
    if (!form.elements.evidence.value) form.elements.evidence.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.name !== "evidence") return;
    event.preventDefault();
    event.target.blur();
    goOn();
  });

  // The example of the step that was chosen stands out.
  function showStep(form, step) {
    form.querySelectorAll(".rubric li").forEach((line, n) => line.classList.toggle("is-chosen", n === step));
  }

  // What is known from elsewhere becomes the answer by one key, and the call goes on.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-confirm-level]");
    if (!button) return;
    event.preventDefault();
    const form = button.form;
    form.elements.evidence.value = button.dataset.words;
    const step = level(form, button.dataset.confirmLevel);
    step.checked = true;
    step.dispatchEvent(new Event("change", { bubbles: true }));
    button.hidden = true;
    form.elements.evidence.blur();
    goOn();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== document.body || leadhub.keysAreOff() || leadhub.openDialog()) return;
    document.querySelector(".question.is-selected [data-confirm-level]:not([hidden])")?.click();
  });
  document.addEventListener("change", (event) => {
    const button = event.target.closest("[data-answer]")?.querySelector("[data-confirm-level]");
    if (button) button.hidden = true;
  });

  // To the question that is worth asking, which may be anywhere on the card.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-go]");
    const row = link && document.getElementById(link.dataset.go);
    if (!row) return;
    event.preventDefault();
    row.click();
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  });

  // Where the call goes on may lie below the fold.
  document.querySelector(".question.is-selected")?.scrollIntoView({ block: "nearest" });

  // In a sheet: the button names what is chosen, and Enter sends it.
  document.addEventListener("change", (event) => {
    if (!event.target.closest(".verdict") || event.target.type !== "radio") return;
    event.target.focus();
    if (event.target.dataset.focus) document.querySelector(event.target.dataset.focus).focus();
    const words = event.target.form.querySelector("[data-words]");
    if (words && event.target.name === "reason") words.textContent = `: ${event.target.dataset.word}`;
  });
})();
