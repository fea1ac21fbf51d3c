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
    """Give a point of the window where the region's outline is on top, once the map has come to rest: a panel that closes gives
    its width to the map, which then moves."""
    former = None
    for _ in range(50):
        found = page.evaluate(
            """region => {
          const shape = document.querySelector(`path.region-shape[data-region="${region}"]`), box = shape.getBoundingClientRect();
          for (let x = box.left; x < box.right; x += 3) for (let y = box.top; y < box.bottom; y += 3) if (document.elementFromPoint(x, y) === shape) return [x, y];
        }""",
            region,
        )
        if found and found == former:
            return found
        former = found
        page.wait_for_timeout(200)
    raise AssertionError(f"the map does not come to rest over {region}")


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
    page.wait_for_url("**/map*topic=health*")
    assert page.locator("#practice-list li").count() < 40


def focused(page) -> str:
    return page.evaluate(
        "document.activeElement.closest('.bubble, .practice-dot')?.className ?? document.activeElement.tagName"
    )


def test_bubble_by_keyboard_stays_takes_the_focus_and_gives_it_back(opened_map):
    page = opened_map(height=1000)
    scotland = page.locator(".practice-dot[title*='New Scots']")
    scotland.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".bubble .minor")
    page.wait_for_timeout(1500)
    assert page.locator(".leaflet-popup").count() == 1
    assert focused(page) == "bubble"
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup", state="detached")
    assert "practice-dot" in focused(page)
    assert scotland.evaluate("dot => dot === document.activeElement")


def test_bubble_at_the_edge_stays_open_while_the_map_moves(opened_map):
    # The dot stands at the upper edge: the map makes room for the bubble and asks for the new view.
    page = opened_map("/map?view=6/54.4/-4")
    before = page.url
    dot = page.locator(".practice-dot[title*='New Scots']")
    dot.click()
    page.wait_for_function("before => location.href !== before", arg=before)
    page.wait_for_timeout(1500)
    assert page.locator(".bubble").is_visible()


def test_map_at_rest_asks_nothing(opened_map):
    page = opened_map()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2000)
    assert asked == []


def test_region_without_outline_has_the_practices_of_the_records(opened_map):
    page = opened_map("/map?region=lisbon-tagus-valley")
    page.wait_for_selector("#panel-title")
    practices = page.locator("#panel section", has_text="Practices").first.inner_text()
    assert "Metropolitan working group" in practices
    assert "Not known to us" not in practices
    assert "outline is not known" in practices


def test_unknown_region_is_told_and_opens_nothing(opened_map):
    for name in ("nope", "../../etc", "%22%3E%3Cb%3E"):
        page = opened_map(f"/map?region={name}")
        assert "No region is called" in page.inner_text("#status")
        assert page.locator("#panel").is_hidden()


def test_panel_says_who_holds_a_competence_and_who_says_so(opened_map):
    page = opened_map("/map?region=skane")
    page.wait_for_selector("#panel-title")
    line = page.locator("#panel li", has_text="reception capacity for newly arrived migrants")
    assert "Held by: County Administrative Board" in line.inner_text()
    assert "said of all pilot regions" in page.locator("#panel li", has_text="EU funds at own disposal").inner_text()
    number = line.locator(".refs a").first.inner_text()
    source = line.locator(".refs a").first.get_attribute("title")
    assert page.locator(".panel-sources li").nth(int(number) - 1).inner_text() == source


def test_panel_says_how_many_figures_it_leaves_out(opened_map):
    page = opened_map("/map?region=skane")
    page.wait_for_selector("#panel-title")
    for figures in page.evaluate("""async () => {
      const { latest, ended } = await import("/static/lines.js"), term = (value) => ({ value });
      const row = (figure, period) => ({ figure: term(figure), indicator: term("i"), area: term("a"), value: term("1"), period: term(period) });
      return [latest([row("day", "2019-01-01"), row("year", "2019")]), latest([row("year", "2019"), row("day", "2019-01-01")])];
    }"""):
        assert [group[0]["figure"]["value"] for group in figures] == ["year"]


def test_address_keeps_view_region_and_filter(opened_map):
    page = opened_map("/map?topic=health")
    page.click("#region-list a:has-text('Azores')")
    page.wait_for_selector("#panel-title:has-text('Azores')")
    page.wait_for_function("() => location.search.includes('view=')")
    assert "region=azores" in page.url
    assert "topic=health" in page.url
    again = opened_map(page.url.split("://", 1)[1].partition("/")[1] + page.url.split("://", 1)[1].partition("/")[2])
    again.wait_for_selector("#panel-title:has-text('Azores')")
    # The panel takes width from the map, after which both ask anew: wait until they have settled.
    for _ in range(50):
        if again.inner_text("#live-query") == page.inner_text("#live-query"):
            break
        again.wait_for_timeout(100)
    assert again.inner_text("#live-query") == page.inner_text("#live-query")
    again.keyboard.press("Escape")
    assert "region=" not in again.url
    assert "region=azores" not in (again.locator(".languages a").first.get_attribute("href") or "")


def test_outlines_are_one_stop_and_arrows_go_on(opened_map):
    page = opened_map()
    assert page.locator("path.region-shape[tabindex='0']").count() == 1
    page.locator("path.region-shape[aria-label='Azores']").focus()
    page.keyboard.press("ArrowRight")
    after = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert after > "Azores"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Azores"
    assert page.locator("path.region-shape[tabindex='0']").count() == 1
    assert page.locator("main .skip").get_attribute("href") == "#list-title"


def test_map_is_in_sight_at_once(opened_map):
    for width, height in ((1280, 900), (360, 740)):
        page = opened_map(width=width, height=height)
        box = page.locator("#map").bounding_box()
        assert box["y"] < height / 2, width
        assert box["y"] + box["height"] <= height, width


def test_list_says_which_regions_are_not_drawn(opened):
    page = opened("/map", java_script_enabled=False)
    assert page.locator("#region-list li", has_text="no outline known to us").count() == 2
