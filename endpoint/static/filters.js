// Filters of the map: the page's plain form, read as terms of the query.

import { iri } from "./sparql.js";

const SCHEMES = { topic: "scheme/topic/", aspect: "scheme/aspect/" };

/** Give the chosen filters as terms: {topic, aspect}, undefined where any will do. */
export function chosen(form, base) {
  const data = new FormData(form);
  return Object.fromEntries(Object.entries(SCHEMES).map(([name, path]) => {
    const value = data.get(name);
    return [name, value ? iri(base + path + value) : undefined];
  }));
}

/** Call back when the filters change; the address keeps them, so that the view can be linked. */
export function watch(form, changed) {
  const update = (event) => {
    event.preventDefault();
    const address = new URL(location.href);
    for (const [name, value] of new FormData(form)) value ? address.searchParams.set(name, value) : address.searchParams.delete(name);
    history.replaceState(null, "", address);
    changed();
  };
  form.addEventListener("submit", update);
  form.addEventListener("change", update);
}
