"use strict";

// data-copy="#id" copies the text or value of that element.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  leadhub.toast({ text: leadhub.text("copied"), tone: "ok" });
});
