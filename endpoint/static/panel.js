// What the map tells when asked: the panel of a region, the bubble of a practice.

import { best, bind, editor, grouped, iri, names, query, select } from "./sparql.js";

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

const text = (term, language) => make("span", term["xml:lang"] && term["xml:lang"] !== language ? { lang: term["xml:lang"], textContent: term.value } : { textContent: term.value });

/** Give the bubble of a practice, filled when its summary comes. */
export function practiceBubble(practice, title, place, filled) {
  const { base, carry, language, words } = place;
  const body = make("div", { className: "bubble" }, make("h3", {}, make("a", { href: pageOf(practice, base, carry), textContent: title })));
  select(bind(query("practice_summary"), { practice: iri(practice) })).then(async (rows) => {
    const name = await names(rows, language);
    const values = (variable) => [...new Set(rows.filter((row) => row[variable]).map((row) => row[variable].value))];
    const description = best(rows.filter((row) => row.description).map((row) => row.description), language);
    if (values("region").length) body.prepend(make("p", { className: "kicker", textContent: values("region").map(name).join(", ") }));
    body.append(description ? make("p", {}, text(description, language)) : make("p", { className: "unknown", textContent: words.not_known }));
    body.append(make("p", { className: "minor", textContent: values("topic").map(name).join(" · ") }));
    filled();
  }).catch(() => body.append(make("p", { className: "unknown", textContent: words.no_answer })));
  return body;
}

/** Fill the panel of a region: scores, competences, context figures, practices; what is not known is said. */
export async function openRegion(panel, region, filters, place) {
  const { base, carry, language, words } = place;
  const within = bind(query("practices_within_region"), { region: iri(region), ...filters });
  const ask = (name) => select(bind(query(name), { region: iri(region) }));
  const [scores, competences, figures, practices] = await Promise.all([ask("region_scores"), ask("region_competences"), ask("region_figures"), select(within)]);
  const name = await names([{ region: { type: "uri", value: region } }, ...scores, ...competences, ...figures], language);
  const section = (word, items) => make("section", {}, make("h3", { textContent: words[word] }),
    items.length ? make("ul", { className: "values" }, ...items) : make("p", { className: "unknown", textContent: words.not_known }));
  const first = (rows, variable) => [...grouped(rows, variable).values()].map((group) => group[0]);
  const minor = (value) => make("span", { className: "minor", textContent: value });

  panel.replaceChildren(
    make("button", { type: "button", className: "close quiet", textContent: `× ${words.close}` }),
    make("p", { className: "kicker", textContent: words.region }),
    make("h2", { id: "panel-title" }, make("a", { href: pageOf(region, base, carry), textContent: name(region) })),
    section("scores", first(scores, "score").map((row) => make("li", {}, make("strong", { textContent: row.value.value }), ` ${row.dimension ? name(row.dimension.value) : ""} `, minor([row.edition, row.state].filter(Boolean).map((term) => name(term.value)).join(" · "))))),
    section("practices", [...grouped(practices, "practice")].map(([key, rows]) => make("li", {}, make("a", { href: pageOf(key, base, carry) }, text(best(rows.map((row) => row.title), language), language))))),
    section("competences", first(competences, "competence").map((row) => make("li", {}, `${name(row.kind.value)}${row.extent?.value.endsWith("/some") ? ` (${name(row.extent.value)})` : ""}: `, row.field ? fields(competences, row, name) : row.field_text ? text(row.field_text, language) : ""))),
    section("context_figures", latest(figures).map((row) => make("li", {}, `${row.indicator ? name(row.indicator.value) : row.indicator_text?.value ?? ""} `, make("strong", { textContent: row.class ? name(row.class.value) : Number(row.value.value).toLocaleString(language) }), minor(` ${row.unit && !row.class ? name(row.unit.value) : ""} ${row.period?.value ?? ""} · ${row.area ? row.area.value.split("/").pop() : ""}${row.fit && !row.fit.value.endsWith("/exact") ? ` (${name(row.fit.value)})` : ""}`)))),
    make("p", {}, make("a", { href: pageOf(region, base, carry), textContent: words.all_about_region }), " · ", make("a", { href: editor(within), textContent: words.show_query })),
  );
  panel.hidden = false;
}

const fields = (rows, row, name) => [...new Set(rows.filter((other) => other.competence.value === row.competence.value && other.field).map((other) => name(other.field.value)))].join(", ");

/** Give the newest figure of each indicator and area for both sexes, at most twelve. */
function latest(rows) {
  const seen = new Map();
  for (const row of rows) {
    if (!row.value && !row.class) continue;
    if (row.sex && !row.sex.value.endsWith("-T")) continue;
    const key = [row.indicator ?? row.indicator_text, row.group, row.area].map((term) => term?.value).join(" ");
    if (!seen.has(key) || seen.get(key).period?.value < row.period?.value) seen.set(key, row);
  }
  return [...seen.values()].slice(0, 12);
}
