"use strict";

// The first run offers the time zone of the browser, as long as nobody chose another.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const select = document.querySelector("select[name=time_zone]");
  if (select?.value === "UTC" && [...select.options].some((option) => option.value === zone)) select.value = zone;
})();
