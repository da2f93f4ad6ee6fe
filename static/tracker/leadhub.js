// leadhub's tracker. How to use it: docs/tracker.md. Nothing is kept or sent before consent.
(function (w, d, n) {
  "use strict";
  var tag = d.currentScript || d.querySelector("script[data-leadhub-key]");
  if (!tag || (w.leadhub && w.leadhub.track)) return;
  var set = tag.dataset;
  var hub = (set.leadhubHost || new URL(tag.src, d.baseURI).origin).replace(/\/$/, "");
  var P = "leadhub.", QUEUE = P + "m.", MOST_QUEUED = 300, MOST_SENT = 50, MOST_BYTES = 50000;
  var refused = n.doNotTrack === "1" || w.doNotTrack === "1" || n.globalPrivacyControl === true;
  var bytes = new TextEncoder(), memory = {}, timer = 0, failures = 0, busy = false, path = null;

  // localStorage may be forbidden or full: then this page's memory has to do.
  function read(name) {
    try { var kept = localStorage.getItem(name); if (kept !== null) return kept; } catch (e) { /* memory */ }
    return name in memory ? memory[name] : null;
  }
  function write(name, value) {
    try { localStorage.setItem(name, value); } catch (e) { memory[name] = value; }
  }
  function forget(name) {
    delete memory[name];
    try { localStorage.removeItem(name); } catch (e) { /* memory */ }
  }
  function names(prefix) {
    var found = Object.keys(memory);
    try { found = found.concat(Object.keys(localStorage)); } catch (e) { /* memory */ }
    return found.filter(function (name) { return name.indexOf(prefix) === 0; }).sort();
  }
  function uuid() {
    if (w.crypto.randomUUID) return w.crypto.randomUUID();
    var hex = Array.from(w.crypto.getRandomValues(new Uint8Array(16)), function (b) {
      return (b + 256).toString(16).slice(1);
    }).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  function allowed() {
    return !refused && (read(P + "consent") || (set.leadhubConsent === "given" ? "yes" : "")) === "yes";
  }
  function id() {
    if (!allowed()) return "";
    if (!read(P + "id")) write(P + "id", uuid());
    return read(P + "id");
  }
  // The campaign of this visit: the link that led here, also on the pages after it.
  function campaign() {
    var found = {}, some = false;
    new URLSearchParams(w.location.search).forEach(function (value, name) {
      if (name.indexOf("utm_") === 0 && value) {
        found[name === "utm_campaign" ? "name" : name.slice(4)] = value.slice(0, 120);
        some = true;
      }
    });
    try {
      if (some) sessionStorage.setItem(P + "utm", JSON.stringify(found));
      else found = JSON.parse(sessionStorage.getItem(P + "utm") || "{}");
    } catch (e) { /* this page only */ }
    return found;
  }

  function add(type, fields) {
    if (!allowed()) return;
    var at = w.location;
    var message = Object.assign({
      type: type, messageId: uuid(), timestamp: new Date().toISOString(), anonymousId: id(),
      userId: read(P + "user") || undefined,
      context: {
        // Without what stands behind ? and #: people's addresses are found there.
        page: { path: at.pathname, url: at.origin + at.pathname, title: d.title, referrer: d.referrer.split(/[?#]/)[0] },
        campaign: campaign(), consent: "yes", webdriver: n.webdriver || undefined
      }
    }, fields);
    write(QUEUE + Date.now().toString(36) + "." + message.messageId, JSON.stringify(message));
    names(QUEUE).slice(0, -MOST_QUEUED).forEach(forget);
    later(1000);
  }

  // Each message is a row of its own, so that two tabs never write over one another; sent twice, it counts once.
  function pack() {
    var taken = [], size = 0;
    names(QUEUE).some(function (name) {
      var text = read(name);
      if (text === null) return false;
      // In bytes, and beacons carry 64 KB at most.
      size += bytes.encode(text).length;
      if (taken.length && (size > MOST_BYTES || taken.length >= MOST_SENT)) return true;
      taken.push({ name: name, text: text });
      return false;
    });
    return taken;
  }
  function body(taken) {
    var head = JSON.stringify({ writeKey: set.leadhubKey, sentAt: new Date().toISOString() }).slice(0, -1);
    return head + ',"batch":[' + taken.map(function (one) { return one.text; }).join(",") + "]}";
  }
  function later(ms) {
    w.clearTimeout(timer);
    timer = w.setTimeout(flush, ms);
  }
  function flush() {
    if (busy || !allowed() || n.onLine === false) return;
    if (!n.locks) { send(); return; }
    n.locks.request(P + "send", { ifAvailable: true }, function (lock) {
      return lock ? send() : later(2000);
    });
  }
  function send() {
    var taken = pack();
    if (!taken.length) return undefined;
    busy = true;
    // As plain text no browser has to ask first whether it may.
    return w.fetch(hub + "/v1/batch", {
      method: "POST", body: body(taken), keepalive: true, credentials: "omit", headers: { "Content-Type": "text/plain" }
    }).then(function (answer) {
      if (answer.status >= 500 || answer.status === 429 || answer.status === 408) throw answer.status;
      taken.forEach(function (one) { forget(one.name); });
      failures = 0;
      busy = false;
      if (names(QUEUE).length) later(0);
    }).catch(function () {
      busy = false;
      failures += 1;
      later(Math.min(1000 * Math.pow(2, failures), 300000) * (0.5 + Math.random()));
    });
  }
  // The page may be gone in a moment. What a beacon took stays queued: nobody says whether it arrived.
  function leave() {
    if (!allowed() || n.onLine === false || !n.sendBeacon) return;
    var taken = pack();
    if (taken.length) n.sendBeacon(hub + "/v1/batch", body(taken));
  }

  function page(name, properties) {
    path = w.location.pathname;
    add("page", { name: name || undefined, properties: properties || {} });
  }
  function moved() {
    if (allowed() && w.location.pathname !== path) page();
  }
  function consent(given) {
    if (given === undefined) return read(P + "consent") || "";
    if (refused) return "";
    if (!given) { takeBack(); forgetAll(); }
    write(P + "consent", given ? "yes" : "no");
    if (given) { path = null; moved(); later(0); }
    return read(P + "consent");
  }
  // The last word: so that it holds for what this person did before, too. What was queued is not sent any more.
  function takeBack() {
    if (!allowed() || !read(P + "id") || !n.sendBeacon) return;
    n.sendBeacon(hub + "/v1/batch", body([{ text: JSON.stringify({
      type: "track", event: "$consent_withdrawn", messageId: uuid(), anonymousId: id(), context: { consent: "no" }
    }) }]));
  }
  function forgetAll() {
    w.clearTimeout(timer);
    names(P).forEach(forget);
    try { sessionStorage.removeItem(P + "utm"); } catch (e) { /* none */ }
  }
  function properties(element) {
    var found = {};
    Object.keys(element.dataset).forEach(function (name) {
      if (/^leadhubProp[A-Z]/.test(name)) found[name[11].toLowerCase() + name.slice(12)] = element.dataset[name];
    });
    return found;
  }

  var api = {
    track: function (event, given) { add("track", { event: String(event), properties: given || {} }); },
    page: page,
    identify: function (user, traits) {
      if (user && typeof user === "object") { traits = user; user = null; }
      if (user && allowed()) write(P + "user", String(user));
      add("identify", { traits: traits || {} });
    },
    group: function (group, traits) { add("group", { groupId: String(group), traits: traits || {} }); },
    alias: function (user) { add("alias", { userId: String(user), previousId: read(P + "user") || id() }); },
    consent: consent,
    id: id,
    // Somebody else sits down at this machine.
    reset: function () { forget(P + "user"); forget(P + "id"); },
    push: function (call) { if (api[call[0]]) api[call[0]].apply(null, call.slice(1)); }
  };

  d.addEventListener("click", function (event) {
    var element = event.target.closest && event.target.closest("[data-leadhub-event]");
    if (element) api.track(element.dataset.leadhubEvent, properties(element));
    // A form of ours on its own page learns which visit led to it.
    var link = event.target.closest && event.target.closest("a[href]");
    if (link && allowed() && link.href.indexOf(hub + "/f/") === 0) {
      var url = new URL(link.href);
      url.searchParams.set("aid", id());
      link.href = url.href;
    }
  }, true);
  d.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.dataset || !form.dataset.leadhubForm) return;
    var traits = {}, some = false;
    form.querySelectorAll("[data-leadhub-trait]").forEach(function (field) {
      if (field.value) { traits[field.dataset.leadhubTrait] = field.value; some = true; }
    });
    if (some) api.identify(traits);
    api.track("Form Submitted", Object.assign({ form: form.dataset.leadhubForm }, properties(form)));
  }, true);
  d.addEventListener("visibilitychange", function () { if (d.visibilityState === "hidden") leave(); });
  w.addEventListener("pagehide", leave);
  w.addEventListener("online", function () { failures = 0; later(0); });
  w.addEventListener("popstate", moved);
  // Said in one tab, it holds in all.
  w.addEventListener("storage", function (event) {
    if (event.key === P + "consent" && event.newValue === "yes") moved();
  });
  var push = w.history.pushState;
  w.history.pushState = function () {
    push.apply(this, arguments);
    w.setTimeout(moved, 0);
  };

  var before = Array.isArray(w.leadhub) ? w.leadhub : [];
  w.leadhub = api;
  function begin() {
    moved();
    before.forEach(api.push);
    later(0);
  }
  if (d.prerendering) d.addEventListener("prerenderingchange", begin, { once: true });
  else begin();
})(window, document, navigator);
