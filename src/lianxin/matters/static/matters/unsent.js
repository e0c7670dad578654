// The record at the door: asks before the page is left with something that was filled in and not saved. Keeps nothing.
(() => {
  const form = document.querySelector("form[data-unsent]");
  if (!form) return;
  let isUnsent = form.dataset.unsent === "1";
  form.addEventListener("input", () => { isUnsent = true; });
  form.addEventListener("submit", () => { isUnsent = false; });
  addEventListener("beforeunload", (event) => { if (isUnsent) event.preventDefault(); });
})();
