// Keyboard: "/" goes to the search field; from inside a row the arrow keys move to the next, Enter opens as always.
(() => {
  const isTyping = (target) => target instanceof Element && target.matches("input, textarea, select, [contenteditable]");
  const isScrolled = (box) => box && box.scrollHeight > box.clientHeight;
  const move = (by) => {
    const own = document.activeElement && document.activeElement.closest("[data-row]");
    if (!own || isScrolled(own.closest(".lx-scroll"))) return false;
    const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.matches("a") || row.querySelector("a, button"));
    const next = rows[rows.indexOf(own) + by];
    if (next) (next.matches("a") ? next : next.querySelector("a, button")).focus();
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
      const said = button.parentElement.querySelector("[data-filled]");
      said.textContent = said.dataset.filled;
    }
  });
  // A list that was narrowed down says how many rows it has now, or that none matches; the list itself is not read out.
  document.addEventListener("htmx:afterSwap", (event) => {
    const told = document.querySelector("[data-told]");
    if (!told || event.detail.target.id !== "list") return;
    const none = event.detail.target.querySelector(".lx-empty");
    told.textContent = none ? none.textContent : `${told.dataset.told} ${event.detail.target.querySelectorAll("[data-row]").length}`;
  });
  const broken = document.querySelector("[data-broken]");
  const show = (is) => () => { if (broken) broken.hidden = !is; };
  document.addEventListener("htmx:sendError", show(true));
  document.addEventListener("htmx:responseError", show(true));
  document.addEventListener("htmx:afterOnLoad", show(false));
})();
