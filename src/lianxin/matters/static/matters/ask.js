// Refines the public page; everything works without it. Leaving quickly takes the page's place in the history, and
// whoever goes back finds no word of what was written.
(() => {
  const forms = document.querySelectorAll("form[data-once]");
  const clear = (form) => {
    for (const field of form.querySelectorAll("textarea, input:not([type=hidden])")) {
      if (field.type === "checkbox") field.checked = false; else field.value = "";
    }
  };
  for (const link of document.querySelectorAll("[data-leave]")) {
    link.addEventListener("click", (event) => { event.preventDefault(); forms.forEach(clear); location.replace(link.href); });
  }
  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
      setTimeout(() => { delete form.dataset.sent; }, 8000);
    });
  }
  addEventListener("pagehide", () => { for (const form of forms) if (form.dataset.sent) clear(form); });
  addEventListener("pageshow", (event) => {
    const [opened] = performance.getEntriesByType("navigation");
    if (event.persisted || (opened && opened.type === "back_forward")) forms.forEach(clear);
    if (event.persisted) location.replace(location.href); // made anew: a form is sent once
  });
})();
