"use strict";

// Sample toasts of the page of components.
document.addEventListener("click", (event) => {
  const kind = event.target.closest("[data-toast-sample]")?.dataset.toastSample;
  if (kind === "ok") leadhub.toast({ text: "Maya Alvarez is yours.", tone: "ok" });
  if (kind === "bad") leadhub.toast({ text: "Jonas Kaya was claimed by Dev Shah a moment ago.", tone: "bad" });
  if (kind === "undo") leadhub.toast({ text: "Tomas Petrov disqualified.", tone: "info", undo: "/styleguide/" });
});
