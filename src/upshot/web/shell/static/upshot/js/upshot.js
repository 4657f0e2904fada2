// What the browser adds to pages that work without it: the menu stays open on wide screens, a form is sent once.
(() => {
  const wide = window.matchMedia("(min-width: 64rem)");
  const fold = () => document.querySelectorAll("[data-open-wide]").forEach((el) => { el.open = wide.matches; });
  wide.addEventListener("change", fold);
  fold();

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method === "post") {
      form.dataset.sent = "1";
      setTimeout(() => { delete form.dataset.sent; }, 3000);
    }
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.me[open], details.menu-button[open]").forEach((el) => { if (!el.contains(event.target)) el.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.me[open], details.menu-button[open]").forEach((el) => { el.open = false; el.querySelector("summary").focus(); });
  });
})();
