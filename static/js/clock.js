"use strict";

// <sla-clock data-due data-start data-now data-ticks>: counts down by the server's time, one timer for the page.
(() => {
  const SOON_SECONDS = 15 * 60;
  const clocks = new Set();

  // The server says in data-now what time it was when it wrote the clock. A page taken from the
  // browser's history is old, so it keeps the difference that an earlier page measured.
  const fromHistory = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  let ahead = Number(sessionStorage.getItem("clock-ahead")) || 0;

  function learn(now) {
    if (!now || (fromHistory && document.readyState !== "complete")) return;
    ahead = now - Date.now() / 1000;
    sessionStorage.setItem("clock-ahead", String(ahead));
  }

  function spoken(seconds) {
    const size = Math.abs(seconds);
    const days = Math.floor(size / 86400);
    const hours = Math.floor(size / 3600);
    const minutes = Math.floor((size % 3600) / 60);
    if (days) return `${days} d ${hours % 24} h`;
    if (hours) return `${hours} h ${String(minutes).padStart(2, "0")} m`;
    return `${minutes}:${String(size % 60).padStart(2, "0")}`;
  }

  class SlaClock extends HTMLElement {
    connectedCallback() {
      learn(Number(this.dataset.now));
      if (!this.hasAttribute("data-ticks")) return;
      clocks.add(this);
      this.tick();
    }

    disconnectedCallback() {
      clocks.delete(this);
    }

    tick() {
      const seconds = Math.round(Number(this.dataset.due) - Date.now() / 1000 - ahead);
      const over = seconds < 0 || this.dataset.state === "breached";
      this.querySelector("time").textContent = (over ? "−" : "") + spoken(seconds);
      this.show(over ? "over" : seconds < SOON_SECONDS ? "soon" : "calm");
      this.fill(over ? 100 : this.share(seconds));
      this.name(seconds, over);
    }

    show(look) {
      for (const other of ["calm", "soon", "over"]) this.classList.toggle(`clock--${other}`, other === look);
    }

    share(seconds) {
      const whole = Number(this.dataset.due) - Number(this.dataset.start);
      return whole > 0 ? Math.max(2, Math.min(100, (100 * seconds) / whole)) : 2;
    }

    fill(percent) {
      this.querySelector(".clock__value")?.setAttribute("stroke-dasharray", `${percent.toFixed(1)} 100`);
    }

    // Its name for screen readers changes once a minute, not every second.
    name(seconds, over) {
      if (this.hasAttribute("aria-label") && seconds % 60 !== 0) return;
      const text = leadhub.text(over ? "late" : "left");
      this.setAttribute("aria-label", text.replace("{time}", spoken(seconds)));
    }
  }

  customElements.define("sla-clock", SlaClock);
  setInterval(() => clocks.forEach((clock) => clock.tick()), 1000);
})();
