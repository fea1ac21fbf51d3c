// What the map tells when asked: the panel of a region, the bubble of a practice.

import { make, minor, pageOf, text } from "./elements.js";
import { competenceLine, figureLine, latest, practiceLines, scoreLine, Sources } from "./lines.js";
import { best, bind, editor, grouped, iri, names, query, select } from "./sparql.js";

const MOST_FIGURES = 12;

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

/** Fill the panel of a region: scores, competences, context figures, practices, each with its source; what is not known is said. */
export async function openRegion(panel, region, filters, place) {
  const { base, carry, language, words } = place;
  const within = bind(query("practices_within_region"), { region: iri(region), ...filters });
  const ask = (name) => select(bind(query(name), { region: iri(region) }));
  const [scores, competences, figures, practices] = await Promise.all([ask("region_scores"), ask("region_competences"), ask("region_figures"), select(within)]);
  const name = await names([{ region: { type: "uri", value: region } }, ...scores, ...competences, ...figures], language);
  const sources = new Sources(name, place);
  const write = { name, place, sources };
  const newest = latest(figures);
  const cut = newest.slice(0, MOST_FIGURES);
  const section = (word, items, note) => make("section", {}, make("h3", { textContent: words[word] }),
    note && minor(note), items.length ? make("ul", { className: "values" }, ...items) : make("p", { className: "unknown", textContent: words.not_known }));

  panel.replaceChildren(
    make("button", { type: "button", className: "close quiet", textContent: `× ${words.close}` }),
    make("p", { className: "kicker", textContent: words.region }),
    make("h2", { id: "panel-title" }, make("a", { href: pageOf(region, base, carry), textContent: name(region) })),
    section("scores", [...grouped(scores, "score").values()].map((rows) => scoreLine(rows, write))),
    section("practices", practiceLines(practices, place), practices.length && !practices.some((row) => row.placed) ? words.by_records : null),
    section("competences", [...grouped(competences, "competence").values()].map((rows) => competenceLine(rows, write))),
    section("context_figures", cut.map((rows) => figureLine(rows, write)), cut.length < newest.length ? words.figures_shown.replace("{shown}", cut.length).replace("{all}", newest.length) : null),
    sources.list(words.sources),
    make("p", {}, make("a", { href: pageOf(region, base, carry), textContent: words.all_about_region }), " · ", make("a", { href: editor(within), textContent: words.show_query })),
  );
  panel.hidden = false;
}
