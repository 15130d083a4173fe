// What scrolls sideways must be reachable by keyboard: an element gets a tab stop while, and only while, it is too wide. And one
// must see that there is more: such a side has a shadow (base.css).

const wide = ".scroll, .katex-display";

const update = (element: Element): void => {
  const { scrollLeft, scrollWidth, clientWidth } = element;
  if (scrollWidth > clientWidth) element.setAttribute("tabindex", "0");
  else if (!element.hasAttribute("data-formula")) element.removeAttribute("tabindex");
  element.toggleAttribute("data-before", scrollLeft > 1);
  element.toggleAttribute("data-after", scrollLeft + clientWidth < scrollWidth - 1);
};

const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) update(target);
});

for (const element of document.querySelectorAll(wide)) {
  observer.observe(element);
  element.addEventListener("scroll", () => update(element), { passive: true });
}
