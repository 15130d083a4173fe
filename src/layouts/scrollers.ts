// What scrolls sideways must be reachable by keyboard: an element gets a tab stop while, and only while, it is too wide.

const wide = ".scroll, .katex-display";

const update = (element: Element): void => {
  if (element.scrollWidth > element.clientWidth) element.setAttribute("tabindex", "0");
  else if (!element.hasAttribute("data-formula")) element.removeAttribute("tabindex");
};

const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) update(target);
});

for (const element of document.querySelectorAll(wide)) observer.observe(element);
