// Layers of the map: land, regions as outlines, practices clustered at their places.
// Leaflet and its markercluster are plain scripts and stand in the global L.

/* global L */

/** Give nested [lat, lon] lists from WKT: POINT, POLYGON, MULTIPOLYGON in CRS84 (lon lat). */
export function coordinates(text) {
  const body = text.replace(/^\s*<[^>]*>\s*/, "").replace(/^[A-Z ]+/i, "");
  const json = body
    .replace(/(-?[\d.]+(?:e-?\d+)?)\s+(-?[\d.]+(?:e-?\d+)?)(?:\s+-?[\d.]+)?/gi, "[$2,$1]")
    .replace(/\(/g, "[").replace(/\)/g, "]");
  return JSON.parse(json);
}

/** Give the map with the land on it; the view is Europe. */
export async function makeMap(element, words) {
  const map = L.map(element, { minZoom: 2, maxZoom: 11, worldCopyJump: false, zoomSnap: 0.25, maxBounds: [[-60, -100], [82, 120]] });
  map.attributionControl.setPrefix("Leaflet").addAttribution(words.map_attribution);
  map.createPane("land").style.zIndex = 200;
  const answer = await fetch("/map/land.geojson");
  if (answer.ok) L.geoJSON(await answer.json(), { pane: "land", interactive: false, style: { className: "land" } }).addTo(map);
  return map;
}

/** Regions on the map; each outline is a button that opens its panel. One of them is a stop of the Tab key, arrow keys go on. */
export class Regions {
  constructor(map, open) {
    this.layer = L.featureGroup().addTo(map);
    this.shapes = new Map();
    this.open = open;
  }

  /** Add the regions not yet drawn. */
  add(regions) {
    for (const { iri, name, outline } of regions) {
      if (this.shapes.has(iri)) continue;
      const shape = L.polygon(coordinates(outline), { className: "region-shape" }).addTo(this.layer);
      shape.bindTooltip(name, { sticky: true, className: "region-name" }).on("click", () => this.open(iri));
      const path = shape.getElement();
      const attributes = { tabindex: this.shapes.size ? -1 : 0, role: "button", "aria-label": name, "data-region": iri };
      for (const [key, value] of Object.entries(attributes)) path.setAttribute(key, value);
      path.addEventListener("keydown", (event) => this.pressed(event, iri));
      path.addEventListener("focus", () => this.stop(path));
      this.shapes.set(iri, shape);
    }
  }

  pressed(event, iri) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) this.next(iri, step).focus();
    else if (event.key === "Enter" || event.key === " ") this.open(iri);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Give the outline that follows or goes before in the order of names. */
  next(iri, step) {
    const paths = [...this.shapes.values()].map((shape) => shape.getElement());
    paths.sort((a, b) => a.getAttribute("aria-label").localeCompare(b.getAttribute("aria-label"), document.documentElement.lang));
    const place = paths.indexOf(this.shapes.get(iri).getElement());
    return paths[(place + step + paths.length) % paths.length];
  }

  /** Make one outline the stop of the Tab key. */
  stop(path) {
    for (const shape of this.shapes.values()) shape.getElement().setAttribute("tabindex", shape.getElement() === path ? 0 : -1);
  }

  /** Mark one region as open, and give its bounds when it is drawn. */
  mark(iri) {
    for (const [key, shape] of this.shapes) shape.getElement()?.classList.toggle("open", key === iri);
    return this.shapes.get(iri)?.getBounds();
  }
}

function focusLink(popup) {
  popup.getElement().querySelector("a[href]:not(.leaflet-popup-close-button)")?.focus({ preventScroll: true });
}

/** Practices on the map, clustered. */
export class Practices {
  constructor(map, describe, words) {
    this.map = map;
    this.describe = describe;
    this.markers = new Map();
    this.answer = [];
    this.bubbleOf = null;
    this.fanned = false;
    this.layer = L.markerClusterGroup({
      maxClusterRadius: 42, showCoverageOnHover: false, spiderLegPolylineOptions: { className: "spider-leg" },
      iconCreateFunction: (cluster) => this.cluster(cluster.getChildCount(), words),
    }).addTo(map);
    this.layer.on("popupopen", ({ popup, layer }) => {
      this.bubbleOf = layer;
      focusLink(popup);
    });
    this.layer.on("popupclose", () => { this.bubbleOf = null; this.catchUp(); });
    this.layer.on("spiderfied", () => { this.fanned = true; });
    this.layer.on("unspiderfied", () => { this.fanned = false; this.catchUp(); });
    map.getContainer().addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.bubbleOf) return;
      event.stopPropagation();
      this.close();
    });
  }

  /** Close the bubble; the practice it told of has the focus again. */
  close() {
    const marker = this.bubbleOf;
    marker.closePopup();
    (marker.getElement() ?? this.map.getContainer()).focus({ preventScroll: true });
  }

  cluster(count, words) {
    const size = Math.round(30 + 6 * Math.log2(count));
    const label = words.practices_found.replace("{count}", count);
    return L.divIcon({ html: `<span aria-label="${label}">${count}</span>`, className: "cluster", iconSize: [size, size] });
  }

  /** Show exactly these practices. What is shown already stays as it is. */
  show(practices) {
    this.answer = practices;
    // An open bubble moves the map a little: changes around it wait, or it would fold into a cluster and lose the focus.
    if (this.bubbleOf || this.fanned) return;
    const wanted = new Set(practices.map(({ iri }) => iri));
    const leaving = [...this.markers].filter(([iri]) => !wanted.has(iri));
    this.layer.removeLayers(leaving.map(([, marker]) => marker));
    for (const [iri] of leaving) this.markers.delete(iri);
    this.layer.addLayers(practices.filter(({ iri }) => !this.markers.has(iri)).map((practice) => this.marker(practice)));
  }

  /** Show what waited, once no bubble is open. */
  catchUp() {
    setTimeout(() => this.show(this.answer));
  }

  /** Fit the bubble to what it tells now; Leaflet takes its content out and in, so the focus is put back. */
  refill(marker) {
    const popup = marker.getPopup();
    const focused = popup.getElement()?.contains(document.activeElement);
    popup.update();
    if (focused) focusLink(popup);
  }

  marker({ iri, title, point }) {
    const icon = L.divIcon({ className: "practice-dot", iconSize: [18, 18] });
    const marker = L.marker(coordinates(point)[0], { icon, title, alt: title, keyboard: true });
    let bubble;
    // Leaflet asks again on every update: the bubble is made once.
    marker.bindPopup(() => (bubble ??= this.describe(iri, title, () => this.refill(marker))), { maxWidth: 300, minWidth: 220 });
    this.markers.set(iri, marker);
    return marker;
  }
}
