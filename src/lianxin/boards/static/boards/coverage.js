// A changed filter is applied at once; without script its button does the same.
(() => {
  const form = document.querySelector("[data-filter]");
  if (!form) return;
  form.querySelector("button").hidden = true;
  form.addEventListener("change", (event) => {
    if (event.target.type === "date" && !event.target.value && event.target.name === "on") return;
    form.requestSubmit();
  });
})();
