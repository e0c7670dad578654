// Keyboard: "/" goes to the search field; arrow keys move between rows, Enter opens as it does everywhere.
(() => {
  const isTyping = (target) => target instanceof Element && target.matches("input, textarea, select, [contenteditable]");
  const move = (by) => {
    const rows = [...document.querySelectorAll("[data-row]")].map((row) => (row.matches("a") ? row : row.querySelector("a, button"))).filter(Boolean);
    const at = rows.findIndex((row) => row === document.activeElement || row.closest("[data-row]").contains(document.activeElement));
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (next) next.focus();
    return Boolean(next);
  };
  document.addEventListener("keydown", (event) => {
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const search = document.querySelector("[data-search]");
    if (event.key === "/" && search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && move(by)) event.preventDefault();
  });
  // A menu of a chip closes with Escape and gives the focus back.
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.activeElement && document.activeElement.closest("details.lx-menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  // A proposal is taken over into the form around it: data-fill is {name of a field: value}. What is no choice is left.
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-fill]");
    if (!button) return;
    const fields = button.closest("form").elements;
    for (const [name, value] of Object.entries(JSON.parse(button.dataset.fill))) {
      const field = fields.namedItem(name);
      if (!field || ![...field.options].some((option) => option.value === value)) continue;
      field.value = value;
      field.classList.add("lx-filled");
    }
    button.querySelector("[data-filled]").hidden = false;
  });
  const broken = document.querySelector("[data-broken]");
  const show = (is) => () => { if (broken) broken.hidden = !is; };
  document.addEventListener("htmx:sendError", show(true));
  document.addEventListener("htmx:responseError", show(true));
  document.addEventListener("htmx:afterOnLoad", show(false));
})();
