"use strict";

// Puts a leadhub form into the page of another site, below its own script element:
// <script async src="https://leads.example.com/static/js/embed.js" data-form="talk" data-pass="plan"></script>
// data-title names the frame for those who cannot see it; data-pass are parameters of the page's address that the
// form is told, beside those of campaigns.
(() => {
  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const names = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "aid"];
  const passed = (script.dataset.pass || "").split(",").map((name) => name.trim());

  function address() {
    const url = new URL(`/f/${encodeURIComponent(script.dataset.form)}/`, home);
    const here = new URLSearchParams(location.search);
    for (const name of [...names, ...passed]) {
      if (name && here.has(name)) url.searchParams.set(name, here.get(name).slice(0, 200));
    }
    // Our tracker knows the browser only once the visitor has agreed to it.
    const browser = window.leadhub?.id?.();
    if (browser) url.searchParams.set("aid", browser);
    url.searchParams.set("page", location.pathname.slice(0, 400));
    url.searchParams.set("embed", "1");
    return url;
  }

  const frame = document.createElement("iframe");
  frame.src = address();
  frame.title = script.dataset.title || "Form";
  Object.assign(frame.style, { width: "100%", height: "480px", border: "0", colorScheme: "normal" });

  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== home) return;
    const { height, go } = event.data?.leadhub ?? {};
    if (Number.isFinite(height)) frame.style.height = `${Math.min(Math.max(height, 40), 6000)}px`;
    if (typeof go === "string" && /^https?:\/\//.test(go)) location.assign(go);
  });
  script.after(frame);
})();
