// Every page, all of it works without: large type changes in place, a change of language asks before typed words go.
(() => {
  const root = document.documentElement;
  const faults = document.querySelector("[data-faults]");
  if (faults) document.title = faults.dataset.faults + document.title;
  let isTyped = Boolean(faults);
  document.addEventListener("input", (event) => {
    if (event.target.closest("form[method=post]")) isTyped = true;
  });
  const size = document.querySelector("form[data-size]");
  if (size) size.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = size.querySelector("button");
    const data = new FormData(size);
    data.set(button.name, button.value);
    fetch(size.action, { method: "POST", body: data, redirect: "manual", keepalive: true }).catch(() => {});
    const isLarge = button.value === "large";
    if (isLarge) root.dataset.type = "large"; else delete root.dataset.type;
    button.value = isLarge ? "normal" : "large";
    const label = button.textContent;
    button.textContent = button.dataset.other;
    button.dataset.other = label;
  });
  const language = document.querySelector("form[data-asks]");
  if (language) language.addEventListener("submit", (event) => {
    if (isTyped && !confirm(language.dataset.asks)) event.preventDefault();
  });
})();
