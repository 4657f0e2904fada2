// The sensitivity slider: without this file it is a choice and a button; with it, a range that answers at once.
(() => {
  document.querySelectorAll("form[data-slider]").forEach((form) => {
    const select = form.querySelector("select");
    const range = form.querySelector("input[type=range]");
    const bar = form.querySelector("[data-bar]");
    const show = () => {
      const option = select.options[range.value];
      select.selectedIndex = range.value;
      bar.setAttribute("x1", option.dataset.low);
      bar.setAttribute("x2", option.dataset.high);
      form.querySelector("[data-text]").textContent = option.dataset.text;
      form.querySelector("[data-holds-text]").textContent = "holds" in option.dataset ? form.dataset.yes : form.dataset.no;
      range.setAttribute("aria-valuetext", option.textContent);
    };
    range.value = select.selectedIndex;
    range.hidden = false;
    form.querySelector("button").hidden = true;
    range.addEventListener("input", show);
    select.addEventListener("change", () => { range.value = select.selectedIndex; show(); });
    form.addEventListener("submit", (event) => event.preventDefault());
  });
})();
