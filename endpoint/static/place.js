// Where the map is: the address keeps the view and the open region, so that both can be linked and cited.

/** Write values into the page's address; an empty one leaves it. Links to other languages follow. */
export function keep(values) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(values)) value ? address.searchParams.set(name, value) : address.searchParams.delete(name);
  history.replaceState(null, "", address.href.replace(/%2F/g, "/"));
  for (const link of document.querySelectorAll(".languages a")) {
    const other = new URL(address);
    other.searchParams.set("lang", link.hreflang);
    link.href = other.href;
  }
}

/** Give the view that an address names as `view=zoom/latitude/longitude`; nothing when it names none. */
export function viewOf(address) {
  const numbers = (new URL(address).searchParams.get("view") ?? "").split("/").map(Number);
  const [zoom, latitude, longitude] = numbers;
  const known = numbers.length === 3 && numbers.every(Number.isFinite) && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return known ? { zoom, center: [latitude, longitude] } : undefined;
}
