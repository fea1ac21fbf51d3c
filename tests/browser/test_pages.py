"""Pages in a real browser: narrow and wide, light and dark, by keyboard, with and without scripts."""

import re

import pytest
from playwright.sync_api import expect

PAGES = [
    "/",
    "/practices",
    "/practices/skane-testbed-health-equity",
    "/regions",
    "/regions/azores",
    "/compare?region=azores&region=skane",
    "/competences",
    "/indicators",
    "/actors",
    "/vocabulary",
    "/about",
    "/map",
    "/sparql",
    "/id/actor/cidob.html",
    "/scheme/topic.html",
]

# Contrast of every text with what lies behind it. Source: WCAG 2.2, relative luminance and contrast ratio.
POOR_CONTRAST = """() => {
  const channels = (text) => { const found = text.match(/[\\d.]+/g).map(Number); return found.length < 4 ? [...found, 1] : found; };
  const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => { for (let e = element; e; e = e.parentElement) { const colour = channels(getComputedStyle(e).backgroundColor); if (colour[3] > 0.9) return colour; } return [255, 255, 255, 1]; };
  const poor = [];
  for (const element of document.querySelectorAll("main *, header *, footer *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const style = getComputedStyle(element);
    if (!own || !element.getClientRects().length || element.closest("[aria-hidden=true], .visually-hidden, #map")) continue;
    const [a, b] = [light(channels(style.color)), light(behind(element))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) poor.push(`${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 30)} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


@pytest.mark.parametrize("path", PAGES)
def test_no_page_scrolls_sideways(opened, path):
    page = opened(path, width=1280)
    for width in (1280, 768, 360):
        page.set_viewport_size({"width": width, "height": 780})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def test_map_fits_a_narrow_window_from_the_start(opened_map):
    page = opened_map("/map?region=azores", width=360, height=780)
    page.wait_for_selector("#panel-title")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_follows_the_form_of_the_comparison_stands_apart_from_it(opened):
    page = opened("/compare", width=1280)
    gap = "(() => { const form = document.querySelector('main .filters'); return form.nextElementSibling.getBoundingClientRect().top - form.getBoundingClientRect().bottom })()"
    assert page.evaluate(gap) >= 12


@pytest.mark.parametrize("path", PAGES)
def test_texts_stand_out(opened, path):
    page = opened(path)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(POOR_CONTRAST) == [], scheme


def test_dark_pages_are_dark(opened):
    shades = [
        page.evaluate("getComputedStyle(document.body).backgroundColor")
        for page in (opened("/", color_scheme=scheme) for scheme in ("light", "dark"))
    ]
    light, dark = ([int(channel) for channel in re.findall(r"\d+", shade)[:3]] for shade in shades)
    assert min(light) > 200
    assert max(dark) < 60


def test_first_tab_skips_to_the_content(opened):
    page = opened("/practices")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("path", ["/", "/practices", "/map", "/sparql"])
def test_focus_is_seen(opened, path):
    page = opened(path)
    for _ in range(14):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
        )
        assert style[0] != "none"
        assert style[1] >= 2


@pytest.mark.parametrize("path", ["/", "/practices", "/map", "/regions/azores"])
def test_targets_are_large_enough_for_a_finger(opened, path):
    """Source: WCAG 2.2, 2.5.8: 24 pixels for what is no link within a text."""
    page = opened(path, width=360, height=780)
    small = page.evaluate("""() => [...document.querySelectorAll('button, select, input:not([type=hidden]), .sections a, .languages a, .chip, .button')]
        .filter((e) => e.getClientRects().length && !e.closest('#map')).map((e) => [e.textContent.trim().slice(0, 20), e.getBoundingClientRect()])
        .filter(([, box]) => box.height < 24 || box.width < 24).map(([text]) => text)""")
    assert small == []


def test_search_from_the_front_page(opened):
    page = opened("/")
    page.fill("#q", "housing")
    page.keyboard.press("Enter")
    page.wait_for_url("**/practices*q=housing*")
    expect(page.locator("article.card").first).to_be_visible()


def test_language_is_switched_and_kept(opened):
    page = opened("/practices?topic=health")
    page.click(".languages a[hreflang=sv]")
    expect(page.locator("html[lang=sv] article.card").first).to_be_visible()
    assert "topic=health" in page.url
    page.click("article.card h3 a")
    expect(page.locator("html[lang=sv] #template")).to_be_visible()


def test_query_is_run_in_place(opened):
    page = opened("/sparql")
    page.evaluate("window.stays = true")
    page.fill("#query", "SELECT ?practice { ?practice a <https://w3id.org/regin/def/Practice> }")
    page.click("#query-form button")
    page.wait_for_selector("table.answer-table")
    assert page.locator("table.answer-table tbody tr").count() == 59
    assert page.evaluate("window.stays") is True
    assert "query=SELECT" in page.url


def test_query_is_run_without_scripts(opened):
    page = opened("/sparql", java_script_enabled=False)
    page.fill("#query", "SELECT ?practice { ?practice a <https://w3id.org/regin/def/Practice> } LIMIT 3")
    page.click("#query-form button")
    expect(page.locator("table.answer-table tbody tr")).to_have_count(3)
    page.click(".examples a >> nth=0")
    expect(page.locator("table.answer-table tbody tr").nth(5)).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
def test_pages_read_without_scripts(opened, path):
    page = opened(path, java_script_enabled=False)
    assert page.locator("h1").count() == 1
    assert len(page.inner_text("main")) > 200
