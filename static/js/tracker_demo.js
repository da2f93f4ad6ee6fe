// The pretended website of the tracker's demo page: a question about consent, and a form that goes nowhere.
(function () {
  "use strict";
  var state = document.querySelector("[data-demo-state]");
  var waiting = document.querySelector("[data-demo-waiting]");
  var said = { yes: "You said yes.", no: "You said no.", "": "Nothing is kept or sent yet." };

  function show() {
    var refuses = navigator.globalPrivacyControl === true || navigator.doNotTrack === "1";
    state.textContent = refuses ? "Your browser says no for you." : said[window.leadhub.consent()];
    waiting.textContent = Object.keys(localStorage).filter(function (name) {
      return name.indexOf("leadhub.m.") === 0;
    }).length;
  }
  document.querySelectorAll("[data-demo-consent]").forEach(function (button) {
    button.addEventListener("click", function () {
      window.leadhub.consent(button.dataset.demoConsent === "yes");
      show();
    });
  });
  document.querySelector("[data-demo-form]").addEventListener("submit", function (event) {
    event.preventDefault();
    event.target.reset();
  });
  window.setInterval(show, 500);
  show();
})();
