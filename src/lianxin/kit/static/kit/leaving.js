// Before logging out: says what still waits on this phone, and lets no page stay behind.
(() => {
  const warning = document.querySelector("[data-waiting]");
  if (!warning) return;
  document.querySelector("form[data-leaving]").addEventListener("submit", () => { if ("caches" in globalThis) caches.delete("lx-field-pages"); });
  const count = Number(localStorage.getItem("lx-waiting:" + localStorage.getItem("lx-account")) || 0);
  if (!count) return;
  warning.querySelector("b").textContent = warning.querySelector("b").textContent.replace("%n%", count);
  warning.hidden = false;
  for (const each of document.querySelectorAll("[data-calm]")) each.hidden = true;
})();
