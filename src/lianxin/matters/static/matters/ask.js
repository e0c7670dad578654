// Refines the public page; everything works without it. Leaving quickly takes the page's place in the history.
(() => {
  for (const link of document.querySelectorAll("[data-leave]")) {
    link.addEventListener("click", (event) => { event.preventDefault(); location.replace(link.href); });
  }
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
      setTimeout(() => { delete form.dataset.sent; }, 8000);
    });
  }
})();
