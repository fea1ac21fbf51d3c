// Lines of a region's panel: one score, competence, figure or practice each, with the sources that say so.

import { make, minor, pageOf, text } from "./elements.js";
import { best, grouped } from "./sparql.js";

/** Sources cited in the panel, numbered in the order in which they come. */
export class Sources {
  constructor(name, place) {
    Object.assign(this, { name, place, numbers: new Map() });
  }

  /** Give the marks of the sources of some rows. */
  marks(rows) {
    const cited = [...new Set(rows.filter((row) => row.source).map((row) => row.source.value))];
    return make("span", { className: "refs" }, ...cited.map((source) => {
      if (!this.numbers.has(source)) this.numbers.set(source, this.numbers.size + 1);
      const link = make("a", { href: pageOf(source, this.place.base, this.place.carry), textContent: this.numbers.get(source), title: this.name(source) });
      link.setAttribute("aria-label", `${this.place.words.sources} ${this.numbers.get(source)}: ${this.name(source)}`);
      return link;
    }));
  }

  /** Give the list of the sources cited so far; nothing when there are none. */
  list(heading) {
    if (!this.numbers.size) return null;
    const { base, carry } = this.place;
    const items = [...this.numbers.keys()].map((source) => make("li", {}, make("a", { href: pageOf(source, base, carry), textContent: this.name(source) })));
    return make("section", { className: "panel-sources" }, make("h3", { textContent: heading }), make("ol", {}, ...items));
  }
}

/** Give the line of a score with its edition and state. */
export function scoreLine(rows, { name, sources }) {
  const [row] = rows;
  const edition = [row.edition, row.state].filter(Boolean).map((term) => name(term.value)).join(" · ");
  return make("li", {}, make("strong", { textContent: row.value.value }), ` ${row.dimension ? name(row.dimension.value) : ""} `, minor(edition), sources.marks(rows));
}

/** Give the line of a competence: kind, fields, legal basis, and whose it is when it is not the region's own. */
export function competenceLine(rows, { name, place, sources }) {
  const { language, words } = place;
  const [row] = rows;
  const fields = [...new Set(rows.filter((other) => other.field).map((other) => name(other.field.value)))].join(", ");
  const asNamed = row.field_text && text(best(rows.map((other) => other.field_text), language), language);
  const some = row.extent?.value.endsWith("/some") ? ` (${name(row.extent.value)})` : "";
  const holder = row.holder ? name(row.holder.value) : row.level && !row.level.value.endsWith("/region") ? name(row.level.value) : null;
  const about = [
    holder && `${words.held_by} ${holder}`, row.group && `${words.said_of_group} ${name(row.group.value)}`,
    row.legal_basis && text(best(rows.map((other) => other.legal_basis), language), language),
  ].filter(Boolean).flatMap((part, place) => (place ? [" · ", part] : [" ", part]));
  return make("li", {}, `${name(row.kind.value)}${some}: `, fields || asNamed || "", minor(...about), sources.marks(rows));
}

/** Give the line of a figure with unit, date and the area it really covers. */
export function figureLine(rows, { name, place, sources }) {
  const [row] = rows;
  const value = row.class ? name(row.class.value) : Number(row.value.value).toLocaleString(place.language);
  const fit = row.fit && !row.fit.value.endsWith("/exact") ? ` (${name(row.fit.value)})` : "";
  const unit = row.unit && !row.class ? name(row.unit.value) : "";
  return make("li", {}, `${row.indicator ? name(row.indicator.value) : row.indicator_text?.value ?? ""} `, make("strong", { textContent: value }),
    minor(` ${unit} ${row.period?.value ?? ""} · ${row.area ? row.area.value.split("/").pop() : ""}${fit}`), sources.marks(rows));
}

/** Give the lines of practices; those that lie elsewhere say so. */
export function practiceLines(rows, { base, carry, language, words }) {
  const drawn = rows.some((row) => row.placed);
  return [...grouped(rows, "practice")].map(([practice, group]) => make("li", {},
    make("a", { href: pageOf(practice, base, carry) }, text(best(group.map((row) => row.title), language), language)),
    drawn && !group.some((row) => row.placed) ? minor(` (${words.by_record})`) : null));
}

/** Give the rows of the newest figure of each indicator, group and area, for both sexes. */
export function latest(rows) {
  const newest = new Map();
  for (const group of grouped(rows, "figure").values()) {
    const [row] = group;
    if ((!row.value && !row.class) || (row.sex && !row.sex.value.endsWith("-T"))) continue;
    const key = [row.indicator ?? row.indicator_text, row.group, row.area].map((term) => term?.value).join(" ");
    if (!newest.has(key) || ended(newest.get(key)[0].period) < ended(row.period)) newest.set(key, group);
  }
  return [...newest.values()];
}

/** Give the last day of a period: a year and a month end on their last day, so that "2019" is later than "2019-01-01". */
export function ended(period) {
  const [year = "", month = "12", day = "31"] = (period?.value ?? "").split("-");
  return year && `${year}-${month}-${day}`;
}
