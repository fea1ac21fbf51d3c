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

/** Regions on the map; each outline is a button that opens its panel. */
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
      for (const [key, value] of Object.entries({ tabindex: 0, role: "button", "aria-label": name, "data-region": iri })) path.setAttribute(key, value);
      path.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        this.open(iri);
      });
      this.shapes.set(iri, shape);
    }
  }

  /** Mark one region as open, and give its bounds when it is drawn. */
  mark(iri) {
    for (const [key, shape] of this.shapes) shape.getElement()?.classList.toggle("open", key === iri);
    return this.shapes.get(iri)?.getBounds();
  }
}

/** Practices on the map, clustered. */
export class Practices {
  constructor(map, describe, words) {
    this.describe = describe;
    this.layer = L.markerClusterGroup({
      maxClusterRadius: 42, showCoverageOnHover: false, spiderLegPolylineOptions: { className: "spider-leg" },
      iconCreateFunction: (cluster) => this.bubble(cluster.getChildCount(), words),
    }).addTo(map);
  }

  bubble(count, words) {
    const size = Math.round(30 + 6 * Math.log2(count));
    const label = words.practices_found.replace("{count}", count);
    return L.divIcon({ html: `<span aria-label="${label}">${count}</span>`, className: "cluster", iconSize: [size, size] });
  }

  /** Show exactly these practices. */
  show(practices) {
    this.layer.clearLayers();
    this.layer.addLayers(practices.map(({ iri, title, point }) => {
      const icon = L.divIcon({ className: "practice-dot", iconSize: [18, 18] });
      const marker = L.marker(coordinates(point)[0], { icon, title, alt: title, keyboard: true });
      let bubble;
      // Leaflet asks again on every update: the bubble is made once.
      marker.bindPopup(() => (bubble ??= this.describe(iri, title, () => marker.getPopup().update())), { maxWidth: 300, minWidth: 220 });
      return marker;
    }));
  }
}
