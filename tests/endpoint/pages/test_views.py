"""Pages over the real data: every field with its source, what is not known, figures and lists that are queries."""

import html
import re

import httpx
import pytest

TEMPLATE_FIELDS = [
    "title",
    "needs-gaps",
    "objective",
    "type-topic",
    "short-description",
    "partnership",
    "beneficiaries",
    "duration",
    "location",
    "related-initiatives",
    "budget",
    "funding",
    "outputs",
    "challenges",
    "lessons-learnt",
    "evaluation",
    "transferability",
    "contact",
]
SKANE = "/practices/skane-testbed-health-equity"


def visible(page: str) -> str:
    """Give the words of the page's main part, without markup."""
    main = re.search(r"<main.*?</main>", page, re.DOTALL).group()
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def section(page: str, identifier: str) -> str:
    """Give the markup of the section with this id, up to the next field."""
    return page.split(f'id="{identifier}"', 1)[1].split('<section class="field"', 1)[0]


def shown_queries(page: str) -> list[str]:
    """Give the queries that a page shows."""
    return [html.unescape(text) for text in re.findall(r"<details>.*?<code>(.*?)</code>", page, re.DOTALL)]


def ask(site: httpx.Client, query: str) -> list[dict]:
    answer = site.post(
        "/sparql",
        content=query,
        headers={"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]["bindings"]


def test_practice_has_all_fields_of_the_template_in_order(site):
    page = site.get(SKANE).text
    assert re.findall(r'<section class="field" id="([\w-]+)">', page)[:18] == TEMPLATE_FIELDS


def test_each_known_field_says_who_says_so(site):
    page = site.get(SKANE).text
    for name in TEMPLATE_FIELDS:
        field = section(page, name)
        assert ("Who says so" in field) != ("Not known to us" in field), name
    assert "Evaluation of the pilot test bed in Skåne Region" in section(page, "needs-gaps")


def test_field_that_no_source_tells_is_not_known(site):
    page = site.get(SKANE).text
    for name in ("budget", "challenges", "lessons-learnt", "contact"):
        assert "Not known to us" in section(page, name)


def test_cited_numbers_lead_to_the_list_of_sources(site):
    page = site.get(SKANE).text
    cited = set(re.findall(r'href="#(source-\d+)"', page))
    assert cited
    assert cited == set(re.findall(r'id="(source-\d+)"', page))


def test_editors_tags_are_told_apart_from_findings(site):
    page = visible(site.get(SKANE).text)
    assert "They are not findings of REGIN." in page


def test_practice_tells_regional_role_and_relations(site):
    page = visible(site.get(SKANE).text)
    assert "directly involved" in page
    assert "is part of Partnership Skåne" in page


def test_both_scores_of_the_azores_stand_with_their_editions(site):
    page = visible(site.get("/regions/azores").text)
    assert re.search(r"56 / 100 Website prototype.*?preliminary", page)
    assert re.search(r"63 / 100 Regional Policy Brief.*?published", page)


def test_region_without_scores_says_so(site):
    page = site.get("/regions/crete").text
    assert "Not known to us" in page.split('id="scores"')[1].split("</section>")[0]
    assert ">0<" not in page.split('id="scores"')[1].split("</section>")[0]


def test_figure_of_another_area_names_that_area(site):
    page = site.get("/regions/paijat-hame").text
    figures = page.split('id="figures"')[1].split("</section>")[0]
    assert 'class="warn"' in figures
    assert re.search(r"<code>FI1C</code>|<code>FI1C", figures)


def test_front_page_figures_are_the_answers_to_their_queries(site):
    page = site.get("/").text
    figures = re.findall(
        r'<dt><a href="([^"]+)">[^<]+</a></dt>\s*<dd>([^<]+)</dd>\s*<dd class="small"><a href="(/sparql\?[^"]+)"', page
    )
    assert len(figures) == 8
    for _, shown, address in figures:
        query = httpx.URL(html.unescape(address)).params["query"]
        rows = ask(site, query)
        assert rows[0]["count"]["value"] == shown.replace("\u202f", "")
    assert [shown for path, shown, _ in figures if path == "/practices"] == ["59"]


@pytest.mark.parametrize(
    "path",
    [
        "/practices?topic=health",
        SKANE,
        "/regions",
        "/regions/azores",
        "/compare?region=azores&region=skane",
        "/competences?field=housing",
        "/indicators",
        "/actors",
        "/vocabulary",
        "/scheme/topic.html",
        "/id/actor/cidob.html",
        "/def/Practice.html",
    ],
)
def test_every_shown_query_runs(site, path):
    queries = shown_queries(site.get(path).text)
    assert queries
    for query in queries:
        ask(site, query)


@pytest.mark.parametrize(
    ("parameters", "variable"),
    [
        ({"topic": "health"}, "topic"),
        ({"aspect": "innovation"}, "aspect"),
        ({"region": "skane"}, "region"),
        ({"group": "women"}, "group"),
        ({"q": "housing mig"}, "word1"),
        ({"topic": "health", "region": "skane"}, "topic"),
    ],
)
def test_filtered_list_is_the_answer_to_the_query_it_shows(site, parameters, variable):
    page = site.get("/practices", params=parameters).text
    query = next(query for query in shown_queries(page) if f"VALUES ?{variable}" in query)
    practices = {row["practice"]["value"] for row in ask(site, query)}
    assert 0 < len(practices) < 59
    assert f"Practices: {len(practices)}" in visible(page)


def test_narrower_topics_are_found_by_the_wider_one(site):
    page = site.get("/practices", params={"topic": "health"}).text
    assert "Mental health" in visible(page)


def test_filter_counts_are_true(site):
    options = re.findall(r'<option value="([\w-]+)"[^>]*>[^<]*\((\d+)\)</option>', site.get("/practices").text)
    assert len(options) > 60
    topics = dict(
        re.findall(
            r'<option value="([\w-]+)"[^>]*>[^<]*\((\d+)\)</option>',
            site.get("/practices").text.split('name="topic"')[1].split("</select>")[0],
        )
    )
    for slug in ("health", "governance-coordination", "mentoring"):
        assert f"Practices: {topics[slug]}" in visible(site.get("/practices", params={"topic": slug}).text)


def test_empty_list_says_what_it_means(site):
    page = visible(site.get("/practices", params={"topic": "no-such-topic"}).text)
    assert "Practices: 0" in page
    assert "only about what we know" in page


def test_list_is_paged(site):
    first, second = site.get("/practices").text, site.get("/practices?page=2").text
    cards = [set(re.findall(r'<h3><a href="([^"]+)"', page)) for page in (first, second)]
    assert len(cards[0]) == 20
    assert not cards[0] & cards[1]
    assert 'rel="next"' in first


@pytest.mark.parametrize("path", ["/practices", "/actors", "/def/ContextFigure.html", "/graph/practice/skane-milsa-educational-platform/editorial.html"])
@pytest.mark.parametrize("number", ["30", "0", "-1", "x", "١", "99999999999999999999"])
def test_a_page_that_a_list_does_not_have_is_not_found_and_leads_back(site, path, number):
    answer = site.get(path, params={"page": number, "topic": "health"})
    assert answer.status_code == 404
    assert f'href="{path}?topic=health"' in answer.text
    assert "Back to the beginning of the list" in answer.text
    assert site.get(path, params={"page": "1"}).status_code == site.get(path, params={"page": ""}).status_code == 200


def test_every_record_page_leads_to_how_it_is_corrected(site):
    for path, record in (("/practices/skane-milsa-educational-platform", "id/practice/skane-milsa-educational-platform"), ("/regions/skane", "id/region/skane"), ("/id/actor/cpmr.html", "id/actor/cpmr")):
        link = re.search(r'<a href="([^"]*)">Correct this record</a>', site.get(path).text)[1]
        assert link == f"/about?record={record.replace('/', '%2F')}#contribute"
        about = site.get(link).text
        assert f"<code class=\"iri\">https://w3id.org/regin/{record}</code>" in about
        assert ("data/practices/skane-milsa-educational-platform.yml" in about) == ("practice" in record)
    assert "The record in question" not in site.get("/about?record=id/practice/never-was").text
    assert "never-was" not in site.get("/about?record=%22%3E%3Cscript%3Enever-was").text.split("<main")[1]


def test_nobody_is_sent_to_an_address_that_nobody_reads(site):
    about = site.get("/about").text
    assert "mailto:" not in about and "has not given an address" in about


def test_the_address_of_the_operator_stands_where_records_are_corrected(release, serve_release):
    address = serve_release(release, {"REGIN_CONTACT": "integration@region.eu"})
    about = httpx.get(f"{address}/about?record=id/region/skane", headers={"Accept": "text/html"}).text
    assert 'href="mailto:integration@region.eu?subject=https%3A//w3id.org/regin/id/region/skane"' in about


def test_titles_of_queries_say_that_they_are_english(site):
    assert re.search(r'<summary lang="en">', site.get("/practices?lang=pt").text)
    assert '<li lang="en"><a href="/sparql?' in site.get("/sparql?lang=pt").text


def test_can_my_region_do_this(site):
    page = visible(site.get("/competences", params={"field": "housing", "kind": "exclusive"}).text)
    assert "Azores" in page
    assert "Catalonia" in page
    assert "Campania" not in page.split("Statements:")[1].split("Sources")[0]


def test_group_statements_hold_for_the_members(site):
    page = visible(site.get("/regions/campania").text)
    assert "said of Italy (regions)" in page


def test_comparison_stands_side_by_side(site):
    page = site.get("/compare?region=azores&region=skane").text
    scores = page.split('id="compare-scores"')[1].split("</section>")[0]
    assert scores.count('class="score-value"') == 3
    assert "Choose regions above" in visible(site.get("/compare").text)
    assert "Choose regions above" in visible(site.get("/compare?region=nowhere").text)


def test_resource_page_shows_what_links_here(site):
    page = visible(site.get("/id/source/seed-001.html").text)
    assert "What links here" in page
    assert "was derived from" in page.lower() or "wasDerivedFrom" in page


def test_term_page_lists_its_instances_in_pages(site):
    page = site.get("/def/ContextFigure.html").text
    assert 'rel="next"' in page
    assert site.get("/def/ContextFigure.html?page=2").text != page


def test_scheme_page_shows_the_tree(site):
    page = site.get("/scheme/topic.html").text
    health = page.split('href="/scheme/topic/health.html">')[1]
    assert "mental-health.html" in health.split("</ul>")[0]


def test_map_page_lists_all_practices_without_scripts(site):
    page = site.get("/map").text
    listed = (
        page.split('id="practice-list"')[1].split("</ul>")[0].count("<li>"),
        page.split('id="unplaced-list"')[1].split("</ul>")[0].count("<li>"),
    )
    assert sum(listed) == 59
    assert min(listed) > 0
    assert page.split('id="region-list"')[1].split("</ul>")[0].count("<li>") == 32
    filtered = site.get("/map?topic=health").text
    assert filtered.split('id="practice-list"')[1].split("</ul>")[0].count("<li>") < listed[0]
    assert "VALUES ?topic" in filtered


def test_land_and_picture_come_from_the_release(site):
    assert site.get("/map/land.geojson").json()["type"] == "FeatureCollection"
    picture = site.get("/map/picture-light.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.count("<circle") > 20
    assert len(picture.content) < 100_000
    assert site.get("/map/picture-other.svg").status_code == 404


def test_ready_examples_answer(site):
    page = site.get("/sparql").text
    examples = re.findall(r'<li lang="en"><a href="(/sparql\?[^"]+)"', page)
    assert len(examples) >= 12
    for address in examples:
        answer = site.get(html.unescape(address)).text
        assert re.search(r"Rows: [1-9]\d*|Only the beginning", visible(answer)), address
        assert "Download CSV" in visible(answer)


def test_query_page_downloads(site):
    page = site.get("/sparql", params={"query": "SELECT ?s { ?s a <https://w3id.org/regin/def/Score> }"}).text
    addresses = [html.unescape(address) for address in re.findall(r'<a href="(/sparql\?[^"]+)" download', page)]
    types = [site.get(address).headers["content-type"].split(";")[0] for address in addresses]
    assert types == ["text/csv", "application/sparql-results+json", "application/sparql-results+xml"]


def test_query_page_shows_yes_no_graph_and_problem(site):
    assert "Yes" in visible(site.get("/sparql", params={"query": "ASK { ?s ?p ?o }"}).text)
    assert (
        "&lt;https://w3id.org/regin"
        in site.get("/sparql", params={"query": "CONSTRUCT { ?s a ?c } { VALUES ?c { <https://w3id.org/regin/def/Region> } ?s a ?c } LIMIT 3"}).text
    )
    wrong = site.get("/sparql", params={"query": "SELEC ?s {}"})
    assert wrong.status_code == 400
    assert "syntax error" in visible(wrong.text)


@pytest.mark.parametrize(
    "words",
    ["skane", "SKÅNE", "Apulia", "Länsstyrelsen", "Cidis", "sprak", "Scanie", "Partnership Skane", "l'integrazione"],
)
def test_search_finds_names_in_every_language_without_accents(site, words):
    assert "Practices: 0" not in visible(site.get("/practices", params={"q": words}).text)


def test_search_means_all_words_and_says_which_it_leaves_out(site):
    assert "Practices: 0" in visible(site.get("/practices", params={"q": "housing mentors refugees zzzz"}).text)
    # The name of a kind that every record has finds nothing.
    assert "Practices: 0" in visible(site.get("/practices", params={"q": "anregende Elemente"}).text)
    page = visible(site.get("/practices", params={"q": "a e i o u n r s t zzzz"}).text)
    assert "these were not searched for: t zzzz" in page


def test_long_search_is_cut_and_says_so(site):
    page = site.get("/practices", params={"q": "integration " * 500}).text
    assert "Only the first 200 characters are searched." in page
    assert len(page) < 80_000


@pytest.mark.parametrize(
    "address",
    [
        "/practices?topic=nonexisting",
        "/practices?region=../../etc",
        "/competences?field=nonexisting",
        "/map?topic=nonexisting",
    ],
)
def test_unknown_value_of_a_filter_is_named(site, address):
    assert f"“{address.split('=')[1]}” is not a value of this filter" in visible(site.get(address).text)


def test_known_value_of_a_filter_is_not_called_unknown(site):
    assert "is not a value" not in visible(site.get("/practices?topic=health").text)


def test_greek_filters_stand_in_the_order_of_the_alphabet(site):
    options = site.get("/practices?lang=el").text.split('name="topic"')[1].split("</select>")[0]
    names = re.findall(r"<option[^>]*>([^<]+) \(\d+\)", options)
    agricultural = next(name for name in names if name.startswith("Αγρ"))
    assert names.index(agricultural) < next(names.index(name) for name in names if name.startswith("Έ"))


def test_competences_quote_the_source_only_where_it_says_more(site):
    page = site.get("/competences").text
    assert "<q" in page
    assert not re.search(
        r"migrant and refugee integration</a>\s*<q[^>]*>integration of migrants and refugees</q>", page
    )
    assert "campania" not in visible(page)


def test_comparison_says_which_regions_it_leaves_out(site):
    page = site.get("/compare", params={"region": ["azores", "skane", "crete", "puglia", "scotland", "nope"]}).text
    assert "Four regions stand side by side" in page
    assert "No region is called “nope” here." in page
    assert "Four regions stand" not in site.get("/compare?region=azores&region=skane").text


def test_actors_are_found_without_accents(site):
    assert "Länsstyrelsen" in visible(site.get("/actors?q=lansstyrelsen").text)


def test_icon_is_found_by_its_old_name(site):
    assert site.get("/favicon.ico", follow_redirects=True).headers["content-type"].startswith("image/svg")
