// The page around the outbox: keeps it on the phone, sends it, shows it. All rules are in outbox.js.
(() => {
  const root = document.getElementById("lx-field");
  if (!root) return;
  const outbox = globalThis.lxOutbox, here = root.dataset, texts = document.getElementById("lx-texts").dataset;
  const STORE = "lx-outbox:", NAME = STORE + here.account, PAGES = "lx-field-pages", AGAIN = 20000;
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const camel = (code) => code.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
  const say = (code, values = {}) => (texts[camel(code)] || "").replace(/%(\w+)%/g, (_, name) => values[name] ?? "");
  const page = { round: Number(here.round) };
  const told = JSON.parse(sessionStorage.getItem("lx-arrived") || "null");
  sessionStorage.removeItem("lx-arrived");
  let net = navigator.onLine ? "online" : "offline";

  // --- the store -----------------------------------------------------------------------------------------------
  const load = (name = NAME) => JSON.parse(localStorage.getItem(name) || "null") || outbox.create(name.slice(STORE.length));
  const locked = (work) => (navigator.locks ? navigator.locks.request(NAME, work) : work());
  const change = (work) => locked(() => {
    const box = load();
    work(box);
    localStorage.setItem(NAME, JSON.stringify(box));
    localStorage.setItem("lx-waiting:" + here.account, String(outbox.waiting(box).length));
    return box;
  });
  const newKey = () => crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint8Array(16))].map((byte, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + (i === 6 ? (byte & 15) | 64 : i === 8 ? (byte & 63) | 128 : byte).toString(16).padStart(2, "0")).join("");
  const clock = () => {
    const at = new Date();
    return new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
  };

  // --- sending -------------------------------------------------------------------------------------------------
  const cookie = (name) => (document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]*)`)) || [])[1] || "";
  let sending = null;
  const ask = async () => {
    const response = await fetch(here.send, {
      method: "POST", redirect: "manual", credentials: "same-origin", signal: AbortSignal.timeout ? AbortSignal.timeout(15000) : undefined,
      headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") }, body: JSON.stringify(outbox.batch(load())),
    });
    if (response.type === "opaqueredirect" || response.status === 403) return "signedout";
    if (response.status === 409) return "other";
    if (!response.ok) return "trouble";
    const answer = await response.json();
    await change((box) => outbox.receive(box, answer));
    tell(answer);
    return "online";
  };
  const send = () => {
    sending ||= (async () => {
      draw();
      try { net = await ask(); } catch { net = "offline"; }
      sending = null;
      draw();
      return net;
    })();
    return sending;
  };
  // what arrived is said once, on the page that is shown next
  const tell = (answer) => {
    const arrived = Object.values(answer.receipts).filter((receipt) => receipt.state === "kept").length;
    if (arrived) sessionStorage.setItem("lx-arrived", JSON.stringify({ arrived, differ: answer.differences.length }));
  };
  const sendAndShow = async () => {
    const before = outbox.waiting(load()).length;
    if (await send() === "online" && outbox.waiting(load()).length < before && !$("[data-record]")) location.reload();
  };

  // --- drawing -------------------------------------------------------------------------------------------------
  const banner = (kind, icon, strong, more = "") => {
    const bar = $("#lx-net");
    bar.hidden = !strong;
    bar.className = `lx-net lx-is-${kind}`;
    $("i", bar).className = `ti ti-${icon}`;
    $("b", bar).textContent = strong;
    $("span span", bar).textContent = more;
  };
  const drawNet = (box) => {
    const n = outbox.waiting(box).length, count = n ? say("waits", { n }) : "";
    if (sending && n) return banner("wait", "cloud-up", say("sending"), count);
    if (net === "offline") return banner("wait", "cloud-off", say("offline"), n ? say("offline-kept", { n }) : "");
    if (net === "signedout") return n ? banner("due", "lock", say("signedout"), say("signedout-go")) : banner("", "", "");
    if (net === "other") return banner("due", "user-x", say("other"), count);
    if (net === "trouble") return banner("due", "cloud-x", say("trouble"), say("trouble-go"));
    if (!told) return n ? banner("wait", "cloud-up", count) : banner("", "", "");
    return banner("ok", "cloud-check", `${say("back")} ${say("back-count", { n: told.arrived })}`, told.differ ? say("back-differs", { n: told.differ }) : "");
  };
  const ICONS = { waiting: ["device-mobile", "wait", "kept-here"], sent: ["check", "ok", "sent"], refused: ["alert-triangle", "due", "refused"], overtaken: ["arrows-diff", "info", "overtaken"], again: ["arrows-diff", "due", "again"] };
  const line = (item) => {
    const made = $("#lx-item").content.cloneNode(true), [icon, kind, text] = ICONS[item.state];
    $("b", made).textContent = item.name || "";
    $("b + span", made).textContent = `· ${item.kind === "choice" ? say("choice") : item.outcome_text}`;
    $(".lx-small", made).textContent = `${item.written_at.slice(11, 16)} ${item.text || ""}`;
    const tag = $(".lx-mark-tag", made);
    tag.classList.add(`lx-is-${kind}`);
    $("i", tag).classList.add(`ti-${icon}`);
    $("span", tag).textContent = say(text);
    if (item.state === "refused") {
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "lx-button";
      drop.textContent = say("drop");
      drop.addEventListener("click", async () => { await change((box) => outbox.drop(box, item.key)); draw(); });
      $("li", made).append(drop);
    }
    return made;
  };
  const drawOutbox = (box) => {
    const card = $("#lx-outbox");
    if (!card) return;
    const known = all("[data-done] [data-key]").map((each) => each.dataset.key);
    const shown = box.items.filter((item) => item.state !== "sent" && item.state !== "again" && !known.includes(item.key));
    card.hidden = !shown.length;
    $("[data-count]", card).textContent = outbox.waiting(box).length;
    const oldest = $("[data-oldest]", card), first = outbox.waiting(box)[0];
    oldest.textContent = first ? oldest.dataset.oldest.replace("%at%", first.written_at.slice(11, 16)) : "";
    $("ul", card).replaceChildren(...shown.map(line));
  };
  const shown = (number) => (number === null ? say("unknown") : String(number));
  const drawDifferences = (box) => {
    const place = $("#lx-differences");
    if (!place) return;
    place.replaceChildren(...outbox.open(box).map((each) => {
      const made = $("#lx-difference").content.cloneNode(true);
      const set = (name, value) => { $(`[data-${name}]`, made).textContent = value; };
      set("name", each.name); set("label", each.label); set("base", shown(each.base)); set("said", shown(each.said)); set("found", shown(each.found));
      set("said-at", each.said_at); set("found-by", each.found_by); set("found-at", each.found_at);
      for (const name of ["record", "field"]) $(`[name=${name}]`, made).value = each[name];
      $("[name=seen]", made).value = each.found ?? "";
      $("form", made).addEventListener("submit", (event) => { event.preventDefault(); choose(each, event.submitter.value); });
      return made;
    }));
  };
  const drawBadge = (box) => {
    const link = $(`.lx-bottom a[href="${here.records}"]`);
    if (!link) return;
    const n = outbox.waiting(box).length + outbox.open(box).length;
    let badge = $(".lx-badge", link);
    if (!n) return badge?.remove();
    if (!badge) {
      badge = document.createElement("span");
      badge.className = "lx-badge";
      link.append(badge);
    }
    badge.textContent = n;
    link.title = say("badge", { n });
  };
  // A stop whose record waits on this phone is not to be visited once more: it goes to the end, the next one leads.
  const drawStops = (box) => {
    for (const stop of all("[data-plan]")) {
      const item = box.items.find((each) => each.kind === "visit" && (String(each.planned) === stop.dataset.plan || each.subject === stop.dataset.subject) && each.state !== "refused");
      stop.classList.toggle("lx-is-noted", Boolean(item));
      const tag = $("[data-state]", stop);
      tag.hidden = !item;
      if (item) $("span", tag).textContent = say(ICONS[item.state][2]);
    }
    for (const list of all("[data-stops]")) {
      const left = all(".lx-stop:not(.lx-is-noted)", list);
      list.append(...all(".lx-is-noted", list));
      if (list.dataset.stops !== "lead") continue;
      for (const stop of all(".lx-stop", list)) $(".lx-button", stop).classList.toggle("lx-primary", stop === left[0]);
      const count = $("[data-left]");
      if (count) count.textContent = left.length;
    }
  };
  const drawMine = (box) => {
    const n = outbox.waiting(box).length, mine = $("#lx-mine"), others = $("#lx-others");
    if (!mine) return;
    mine.hidden = !n;
    $("[data-mine]", mine).textContent = say("waits", { n });
    const rest = Object.keys(localStorage).filter((name) => name.startsWith(STORE) && name !== NAME);
    const theirs = rest.reduce((sum, name) => sum + outbox.waiting(load(name)).length, 0);
    others.hidden = !theirs;
    others.textContent = say("others", { n: theirs });
  };
  const drawSave = (box) => {
    const word = $("form [data-save]"), hint = $("form [data-save-hint]");
    if (!word) return;
    const is_offline = net === "offline";
    word.textContent = say(is_offline ? "save-here" : "save");
    hint.hidden = !is_offline;
    hint.textContent = say("save-hint", { n: outbox.waiting(box).length + 1 });
  };
  const draw = () => {
    const box = load();
    for (const part of [drawNet, drawOutbox, drawDifferences, drawBadge, drawStops, drawMine, drawSave]) part(box);
  };

  // --- recording -----------------------------------------------------------------------------------------------
  const COUNTS = ["headcount", "women", "young_people", "league_members", "union_members"];
  const read = (form) => {
    const given = Object.fromEntries(new FormData(form)), chosen = $("[name=outcome]:checked", form);
    const item = { key: newKey(), kind: "visit", subject: given.subject, planned: given.planned, name: form.dataset.name, outcome: given.outcome, outcome_text: chosen.dataset.text, visited_on: given.visited_on, step: given.step, step_on: given.step_on, note: given.note, counts: {}, written_at: clock() };
    for (const field of COUNTS) if (given[field]) item.counts[field] = { said: Number(given[field]), page: given[`base_${field}`] === "" ? null : Number(given[`base_${field}`]) };
    return item;
  };
  const record = async (form) => {
    const missing = $("[data-missing]", form);
    missing.hidden = Boolean($("[name=outcome]:checked", form));
    if (!missing.hidden) return $("[name=outcome]", form).focus();
    const item = read(form);
    try {
      await change((box) => {
        for (const [field, count] of Object.entries(item.counts)) {
          count.base = outbox.base(box, item.subject, field, { round: page.round, value: count.page });
          delete count.page;
        }
        outbox.add(box, item);
      });
    } catch {
      return banner("due", "alert-triangle", say("full"));
    }
    const button = $("button.lx-primary", form);
    button.disabled = true;
    if (net !== "offline") await send();
    const box = load(), mine = outbox.find(box, item.key);
    const look = mine?.state === "refused" || outbox.open(box).some((each) => each.record === item.key);
    location.href = look ? here.records : here.visits;
  };
  const choose = async (each, chosen) => {
    const item = { key: newKey(), kind: "choice", record: each.record, field: each.field, chosen, seen: each.found, name: `${each.name} · ${each.label}`, written_at: clock() };
    await change((box) => outbox.add(box, item));
    draw();
    await sendAndShow();
  };
  const form = $("[data-record]");
  if (form) {
    const steps = () => {
      const chosen = $("[name=outcome]:checked", form)?.value;
      for (const usual of all("[data-usual]", form)) usual.hidden = usual.dataset.usual !== chosen;
    };
    const box = load();
    for (const field of COUNTS) {
      const known = $(`[data-known=${field}]`, form), input = $(`[name=base_${field}]`, form);
      if (!known) continue;
      const value = outbox.base(box, form.elements.subject.value, field, { round: page.round, value: input.value === "" ? null : Number(input.value) });
      known.textContent = say("on-record", { n: shown(value) });
    }
    form.addEventListener("change", steps);
    form.addEventListener("submit", (event) => { event.preventDefault(); record(form); });
    steps();
  }
  $("[data-send-now]")?.addEventListener("click", sendAndShow);

  // --- what the phone keeps ------------------------------------------------------------------------------------
  const warm = async () => {
    if (!("caches" in globalThis) || net !== "online") return;
    const pages = await caches.open(PAGES);
    for (const url of new Set(here.warm.split(" ").filter(Boolean))) {
      const kept = await pages.match(url), age = kept && Date.now() - Date.parse(kept.headers.get("Date") || 0);
      if (kept && age < 600000) continue;
      const response = await fetch(url, { redirect: "manual" }).catch(() => null);
      if (!response) return;
      if (response.ok) await pages.put(url, response);
    }
    document.documentElement.dataset.kept = "yes";
  };
  const settle = async () => {
    const before = localStorage.getItem("lx-account");
    localStorage.setItem("lx-account", here.account);
    if (before && before !== here.account && "caches" in globalThis) await caches.delete(PAGES);
    await change((box) => {
      const place = $("#lx-differences");
      if (place && page.round >= box.round) Object.assign(box, { round: page.round, differences: JSON.parse(place.dataset.differences) });
      outbox.tidy(box, here.day);
    });
    draw();
    if ("serviceWorker" in navigator) await navigator.serviceWorker.register(here.worker).catch(() => null);
    if (outbox.waiting(load()).length) await sendAndShow();
    await warm();
  };
  addEventListener("offline", () => { net = "offline"; draw(); });
  addEventListener("online", () => { net = "online"; sendAndShow(); });
  addEventListener("storage", draw);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && outbox.waiting(load()).length) sendAndShow(); });
  setInterval(() => { if (!document.hidden && net !== "other" && outbox.waiting(load()).length) sendAndShow(); }, AGAIN);
  settle();
})();
