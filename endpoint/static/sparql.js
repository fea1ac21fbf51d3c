// Questions to /sparql: values bound in a VALUES block, rows and names back.

const PATTERN_START = /\bWHERE\s*\{/;

/** Give the text of a query that the page carries. */
export function query(name) {
  return document.getElementById(`query-${name}`).content.textContent;
}

/** Write an IRI as a SPARQL term; characters that no IRI has are refused. */
export function iri(value) {
  if (/[\s<>"{}|\\^`]/.test(value)) throw new RangeError(`not an IRI: ${value}`);
  return `<${value}>`;
}

/** Write a WKT geometry as a SPARQL term. */
export function wkt(value) {
  return `"${value.replace(/["\\]/g, "")}"^^<http://www.opengis.net/ont/geosparql#wktLiteral>`;
}

/** Give the query with values bound: {variable: term or list of terms}; undefined leaves a variable open. */
export function bind(text, values) {
  const blocks = Object.entries(values)
    .filter(([, terms]) => terms !== undefined)
    .map(([variable, terms]) => `\n  VALUES ?${variable} { ${[terms].flat().join(" ")} }`);
  return text.replace(/^# Bind:.*\n/gm, "").replace(PATTERN_START, (start) => start + blocks.join(""));
}

/** Give the rows of a SELECT query; each row is {variable: {type, value, "xml:lang"}}. */
export async function select(text, signal) {
  const answer = await fetch("/sparql", {
    method: "POST",
    headers: { "Content-Type": "application/sparql-query", Accept: "application/sparql-results+json" },
    body: text,
    signal,
  });
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return (await answer.json()).results.bindings;
}

/** Give the best of several texts: the reader's language, else English, else the first. */
export function best(texts, language) {
  const rank = (text) => [language, "en"].indexOf(text["xml:lang"]) >>> 0;
  return [...texts].sort((a, b) => rank(a) - rank(b))[0];
}

/** Group rows by the value of one variable, in order. */
export function grouped(rows, variable) {
  const groups = new Map();
  for (const row of rows) {
    const key = row[variable].value;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return groups;
}

/** Give a function from IRI to its best name, for every IRI in the rows. */
export async function names(rows, language) {
  const iris = new Set(rows.flatMap((row) => Object.values(row)).filter((term) => term.type === "uri").map((term) => term.value));
  if (!iris.size) return (value) => value;
  const labels = grouped(await select(bind(query("labels"), { iri: [...iris].map(iri) })), "iri");
  return (value) => {
    const found = labels.get(value);
    return found ? best(found.map((row) => row.label), language).value : value.split(/[/#]/).pop();
  };
}

/** Give the address of the query editor with this query. */
export function editor(text) {
  return `/sparql?${new URLSearchParams({ query: text })}`;
}
