// Elements of the map's panel and bubbles, and the addresses of pages.

/** Make an element: tag, properties, children. */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Give the address of a page of ours about an entity. */
export function pageOf(value, base, carry) {
  const [, noun, name] = value.slice(base.length).split("/");
  const path = { practice: `/practices/${name}`, region: `/regions/${name}` }[noun] ?? `/${value.slice(base.length)}.html`;
  return carry ? `${path}?${carry}` : path;
}

/** Give a text, with its language when that is not the page's. */
export const text = (term, language) => make("span", term["xml:lang"] && term["xml:lang"] !== language ? { lang: term["xml:lang"], textContent: term.value } : { textContent: term.value });

/** Give words of second rank. */
export const minor = (...words) => make("span", { className: "minor" }, ...words);
