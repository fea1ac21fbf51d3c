// The map page: what is shown is the answer to the query that stands below it.

import { chosen, watch } from "./filters.js";
import { makeMap, Practices, Regions } from "./layers.js";
import { make, pageOf } from "./elements.js";
import { openRegion, practiceBubble } from "./panel.js";
import { keep, viewOf } from "./place.js";
import { best, bind, editor, grouped, iri, query, select, wkt } from "./sparql.js";

const element = document.getElementById("map");
const form = document.getElementById("filters");
const panel = document.getElementById("panel");
const status = document.getElementById("status");
const words = JSON.parse(document.getElementById("words").content.textContent);
const { base, language, carry } = element.dataset;
const place = { base, language, carry, words };

element.hidden = false;
// Wide screens show the Azores with the continent; narrow ones start with the continent.
const EUROPE = element.clientWidth > 700 ? [[34.5, -32], [62.5, 32]] : [[35, -11], [62, 30]];
const WORLD = wkt("POLYGON((-180 -90, 180 -90, 180 90, -180 90, -180 -90))");

const map = await makeMap(element, words);
const regions = new Regions(map, showRegion);
const practices = new Practices(map, (practice, title, filled) => practiceBubble(practice, title, place, filled), words);
let running = new AbortController();

/** Give the viewed box as a WKT polygon. */
function box() {
  const bounds = map.getBounds();
  const clamp = (value, limit) => Math.max(-limit, Math.min(limit, value)).toFixed(3);
  const [west, south, east, north] = [clamp(bounds.getWest(), 180), clamp(bounds.getSouth(), 90), clamp(bounds.getEast(), 180), clamp(bounds.getNorth(), 90)];
  return wkt(`POLYGON((${west} ${south}, ${east} ${south}, ${east} ${north}, ${west} ${north}, ${west} ${south}))`);
}

/** Ask for the view and show the answer, its list and its query. */
async function showView() {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  const filters = chosen(form, base);
  const asked = bind(query("practices_in_box"), { box: box(), ...filters });
  document.getElementById("live-query").textContent = asked;
  document.getElementById("run-query").href = editor(asked);
  try {
    const [inBox, outlines, unplaced] = await Promise.all([
      select(asked, signal), select(bind(query("regions_in_box"), { box: box() }), signal), select(bind(query("practices_without_place"), filters), signal),
    ]);
    addRegions(outlines);
    const shown = titled(inBox);
    practices.show(shown);
    fill("practice-list", "list-count", shown);
    fill("unplaced-list", "unplaced-count", titled(unplaced));
    document.getElementById("list-scope").textContent = words.in_this_view;
    element.dataset.ready = "true";
    if (status.textContent === words.no_answer) status.textContent = "";
  } catch (problem) {
    if (problem.name !== "AbortError") status.textContent = words.no_answer;
  }
}

function addRegions(rows) {
  regions.add([...grouped(rows, "region")].map(([key, group]) => ({ iri: key, name: best(group.map((row) => row.name), language).value, outline: group[0].outline.value })));
}

/** Give one entry per practice with its best title. */
function titled(rows) {
  return [...grouped(rows, "practice")].map(([key, group]) => {
    const title = best(group.map((row) => row.title), language);
    return { iri: key, title: title.value, tongue: title["xml:lang"], point: group[0].point?.value };
  });
}

function fill(listId, countId, entries) {
  const sorted = [...entries].sort((a, b) => a.title.localeCompare(b.title, language));
  document.getElementById(listId).replaceChildren(...sorted.map(({ iri: practice, title, tongue }) =>
    make("li", {}, make("a", { href: pageOf(practice, base, carry), textContent: title, lang: tongue ?? language }))));
  document.getElementById(countId).textContent = words.practices_found.replace("{count}", entries.length);
}

async function showRegion(region) {
  regions.mark(region);
  keep({ region: region.split("/").pop() });
  try {
    await openRegion(panel, region, chosen(form, base), place);
  } catch {
    status.textContent = words.no_answer;
    return;
  }
  panel.querySelector(".close").addEventListener("click", closePanel);
  map.invalidateSize();
  const bounds = regions.mark(region);
  if (bounds && !map.getBounds().intersects(bounds)) map.panTo(bounds.getCenter());
  panel.focus();
}

/** Go to a region, wherever it lies; the view stays where the address gives one. */
async function goTo(region, stay = false) {
  try {
    addRegions(await select(bind(query("regions_in_box"), { box: WORLD, region: iri(region) })));
  } catch {
    status.textContent = words.no_answer;
    return;
  }
  await showRegion(region);
  const bounds = regions.mark(region);
  if (bounds && !stay) map.fitBounds(bounds.pad(0.3));
}

function closePanel() {
  const open = element.querySelector(".region-shape.open");
  panel.hidden = true;
  keep({ region: "" });
  regions.mark(null);
  map.invalidateSize();
  (open ?? element).focus();
}

panel.addEventListener("keydown", (event) => { if (event.key === "Escape") closePanel(); });

const jumps = document.getElementById("jumps");
jumps.hidden = false;
jumps.addEventListener("click", ({ target }) => {
  if (target.dataset.box === undefined) return;
  const [west, south, east, north] = target.dataset.box.split(",").map(Number);
  map.fitBounds(north ? [[south, west], [north, east]] : EUROPE);
});

document.getElementById("region-list").addEventListener("click", (event) => {
  const link = event.target.closest("a[data-region]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  goTo(link.dataset.region);
});

// Narrow screens have the map first; what is chosen stays in sight.
if (element.clientWidth < 700 && !Object.values(chosen(form, base)).some(Boolean)) document.getElementById("map-tools").open = false;

watch(form, () => { map.closePopup(); showView(); });
const view = viewOf(location.href);
if (view) map.setView(view.center, view.zoom);
else map.fitBounds(EUROPE);
await showView();
let pause;
map.on("moveend", () => {
  clearTimeout(pause);
  pause = setTimeout(() => { keep({ view: [map.getZoom(), ...Object.values(map.getCenter()).map((degrees) => degrees.toFixed(4))].join("/") }); showView(); }, 200);
});

if (element.dataset.region) await goTo(element.dataset.region, Boolean(view));
