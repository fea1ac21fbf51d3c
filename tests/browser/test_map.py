"""The map in a real browser: regions, clusters, filters, panel, bubble, keyboard, and the query behind the view."""

import re

import httpx

AZORES = "https://w3id.org/regin/id/region/azores"


def count_of(page, selector: str) -> int:
    return int(re.search(r"\d+", page.inner_text(selector)).group())


def wait_for_query(page, text: str) -> None:
    page.wait_for_function("text => document.getElementById('live-query').textContent.includes(text)", arg=text)


def test_map_shows_land_regions_and_clusters(opened_map):
    page = opened_map()
    assert page.locator("path.land").count() >= 1
    assert page.locator("path.region-shape").count() > 20
    assert page.locator(".cluster").count() > 3
    assert page.locator("#practice-list li").count() == count_of(page, "#list-count") > 40
    assert page.locator("#unplaced-list li").count() > 0


def test_shown_query_gives_the_list(opened_map, server):
    page = opened_map()
    query = page.inner_text("#live-query")
    assert "geof:sfWithin(?point, ?box)" in query
    assert "POLYGON((" in query
    answer = httpx.post(
        f"{server}/sparql",
        content=query,
        headers={"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"},
    )
    practices = {row["practice"]["value"] for row in answer.json()["results"]["bindings"]}
    assert len(practices) == page.locator("#practice-list li").count()


def test_query_can_be_opened_and_run(opened_map):
    page = opened_map()
    page.click("#run-query")
    page.wait_for_selector("#result")
    assert page.locator("table.answer-table tbody tr").count() > 40


def test_moving_the_map_asks_for_the_new_box(opened_map):
    page = opened_map()
    before, all_of_europe = page.inner_text("#live-query"), count_of(page, "#list-count")
    page.click("#jumps button:has-text('Azores')")
    page.wait_for_function("before => document.getElementById('live-query').textContent !== before", arg=before)
    page.wait_for_function("all => document.querySelectorAll('#practice-list li').length < all", arg=all_of_europe)
    assert 0 < count_of(page, "#list-count") < 10


def test_outermost_regions_are_reached(opened_map):
    page = opened_map()
    for place in ("Azores", "Canary Islands", "Mayotte"):
        page.click(f"#jumps button:has-text('{place}')")
        page.wait_for_selector(f"path.region-shape[aria-label='{place}']")
        page.wait_for_timeout(400)
        box = page.locator(f"path.region-shape[aria-label='{place}']").bounding_box()
        frame = page.locator("#map").bounding_box()
        assert box["width"] > 60, place
        assert frame["x"] <= box["x"], place
        assert box["x"] + box["width"] <= frame["x"] + frame["width"], place


def test_filters_change_list_query_and_address(opened_map):
    page = opened_map()
    everything = count_of(page, "#list-count") + count_of(page, "#unplaced-count")
    page.select_option("#filter-topic", "health")
    wait_for_query(page, "VALUES ?topic { <https://w3id.org/regin/scheme/topic/health> }")
    page.wait_for_function(
        "all => document.querySelectorAll('#practice-list li, #unplaced-list li').length < all", arg=everything
    )
    health = count_of(page, "#list-count") + count_of(page, "#unplaced-count")
    assert "topic=health" in page.url
    page.select_option("#filter-aspect", "innovation")
    wait_for_query(page, "VALUES ?aspect")
    page.wait_for_function(
        "all => document.querySelectorAll('#practice-list li, #unplaced-list li').length < all", arg=health
    )
    page.reload()
    page.wait_for_selector("#map[data-ready=true]")
    assert page.input_value("#filter-topic") == "health"
    assert "VALUES ?aspect" in page.inner_text("#live-query")


def test_click_on_a_region_opens_its_panel(opened_map):
    page = opened_map("/map?region=azores")
    page.wait_for_selector("#panel-title")
    panel = page.inner_text("#panel")
    assert re.search(r"63 Overall score.*published", panel)
    assert re.search(r"56 Overall score.*preliminary", panel)
    assert "exclusive (some): housing" in panel
    assert "(Im)migrant's Guide" in panel
    page.click("#panel .close")
    page.mouse.click(*point_on(page, AZORES))
    page.wait_for_selector("#panel-title:has-text('Azores')")


def point_on(page, region: str) -> list[float]:
    """Give a point of the window where the region's outline is on top."""
    return page.evaluate(
        """region => {
      const shape = document.querySelector(`path.region-shape[data-region="${region}"]`), box = shape.getBoundingClientRect();
      for (let x = box.left; x < box.right; x += 3) for (let y = box.top; y < box.bottom; y += 3) if (document.elementFromPoint(x, y) === shape) return [x, y];
    }""",
        region,
    )


def test_panel_says_what_is_not_known(opened_map):
    page = opened_map("/map?region=crete")
    page.wait_for_selector("#panel-title")
    scores = page.locator("#panel section", has_text="MIPEX-R scores").inner_text()
    assert "Not known to us" in scores


def test_click_on_a_practice_shows_summary_and_link(opened_map, server):
    page = opened_map()
    page.locator(".practice-dot").first.click()
    page.wait_for_selector(".bubble .minor")
    link = page.locator(".bubble h3 a")
    assert len(page.inner_text(".bubble")) > len(link.inner_text()) + 40
    link.click()
    page.wait_for_selector("#template")
    assert "/practices/" in page.url


def test_cluster_opens_to_its_practices(opened_map):
    page = opened_map()
    page.locator(".cluster").first.click()
    page.wait_for_timeout(600)
    assert page.locator(".practice-dot, .cluster").count() > 0


def test_map_without_a_mouse(opened_map):
    page = opened_map()
    shape = page.locator("path.region-shape[aria-label='Scotland']")
    shape.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel-title:has-text('Scotland')")
    assert page.evaluate("document.activeElement.id") == "panel"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("close")
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Scotland"
    page.locator(".practice-dot").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".bubble .minor")


def test_map_speaks_the_language_of_its_address(opened_map):
    page = opened_map("/map?lang=de&region=azores")
    page.wait_for_selector("#panel-title")
    assert "Zuständigkeiten" in page.inner_text("#panel")
    assert page.locator("#panel-title a").get_attribute("href") == "/regions/azores?lang=de"
    assert "Praktiken:" in page.inner_text("#list-count")


def test_map_says_when_no_answer_comes(opened, opened_map):
    opened.forgiven.append("net::ERR_FAILED")
    page = opened_map()
    page.route("**/sparql", lambda route: route.abort())
    page.click("#jumps button:has-text('Azores')")
    page.wait_for_function("() => document.getElementById('status').textContent.length > 0")
    assert "not answered" in page.inner_text("#status")
    page.unroute("**/sparql")


def test_list_is_there_without_scripts(opened):
    page = opened("/map", java_script_enabled=False)
    assert page.locator("#practice-list li").count() + page.locator("#unplaced-list li").count() == 59
    assert page.locator("#region-list li").count() == 32
    assert page.locator("#map").is_hidden()
    page.select_option("#filter-topic", "health")
    page.click("#filters button")
    assert "topic=health" in page.url
    assert page.locator("#practice-list li").count() < 40
