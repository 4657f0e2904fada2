// What the browser adds to pages that work without it: the menu stays open on wide screens, wide tables
// scroll by keyboard, a form is sent once.
(() => {
  const wide = window.matchMedia("(min-width: 64rem)");
  const fold = () => document.querySelectorAll("[data-open-wide]").forEach((el) => { el.open = wide.matches; });
  wide.addEventListener("change", fold);
  fold();

  // A table wider than the screen can be reached and scrolled with the keyboard.
  const scrollers = () => document.querySelectorAll(".scroll, pre").forEach((el) => {
    const wider = el.scrollWidth > el.clientWidth;
    if (!wider) { ["tabindex", "role", "aria-label"].forEach((name) => el.removeAttribute(name)); return; }
    el.tabIndex = 0;
    el.setAttribute("role", "region");
    el.setAttribute("aria-label", el.querySelector("caption")?.textContent.trim() || document.title);
  });
  window.addEventListener("resize", scrollers);
  document.addEventListener("htmx:afterSettle", scrollers);
  document.addEventListener("toggle", scrollers, true);
  scrollers();

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
