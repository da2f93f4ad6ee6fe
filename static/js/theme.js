"use strict";

// Light, dark, or what the system says; remembered in a cookie so that the server can write it into <html>.
(() => {
  const YEAR = 365 * 24 * 3600;

  function choose(theme) {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    const secure = location.protocol === "https:" ? "; secure" : "";
    const age = theme ? YEAR : 0;
    document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax${secure}`;
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-theme-choice]")) choose(event.target.value);
  });
})();
