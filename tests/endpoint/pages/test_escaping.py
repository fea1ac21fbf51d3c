"""Texts of the graph and of the address stay texts: nothing in them becomes markup, script or query."""

import re

import pytest

PAGES = [
    "/",
    "/practices",
    "/practices/hostile",
    "/id/practice/hostile.html",
    "/map",
    "/graph/practice/hostile/one.html",
    "/scheme/topic/health.html",
    "/sparql?query=SELECT%20*%20%7B%20%3Chttps%3A%2F%2Fw3id.org%2Fregin%2Fid%2Fpractice%2Fhostile%3E%20%3Fp%20%3Fo%20%7D",
]
ATTACK = "\"><script>alert(1)</script>' onfocus=alert(1) {{7*7}} } UNION { ?s ?p ?o"


def scripts(page: str) -> list[str]:
    return re.findall(r"<script[^>]*>", page)


@pytest.mark.parametrize("path", PAGES)
def test_texts_of_the_graph_are_escaped(small, path):
    page = small.get(path).text
    assert all(
        re.fullmatch(r'<script (type="module" )?src="/static/[\w./]+"( defer)?>', script) for script in scripts(page)
    )
    assert "<img src=x" not in page
    assert 'href="javascript:' not in page


def test_hostile_title_is_shown_as_it_is(small):
    assert (
        "&lt;script&gt;alert(&#39;title&#39;)&lt;/script&gt; &amp; &#34;quoted&#34;"
        in small.get("/practices/hostile").text
    )


@pytest.mark.parametrize(
    "path", ["/practices", "/actors", "/competences", "/map", "/compare", "/regions", "/vocabulary", "/"]
)
@pytest.mark.parametrize(
    "parameter", ["q", "topic", "aspect", "region", "group", "field", "kind", "level", "page", "lang", "other"]
)
def test_parameters_are_escaped_and_bound(small, path, parameter):
    answer = small.get(path, params={parameter: ATTACK})
    is_list = parameter == "page" and path in ("/practices", "/actors")
    assert answer.status_code == (404 if is_list else 200)
    assert "<script>alert" not in answer.text
    assert "49" not in re.sub(r"<template.*?</template>", "", answer.text, flags=re.DOTALL) or "{{7*7}}" in answer.text


def test_words_find_what_holds_all_of_them(small):
    assert "Well told" in small.get("/practices", params={"q": "ASK well"}).text
    assert "Well told" not in small.get("/practices", params={"q": "ask nothing"}).text
    assert "quoted" in small.get("/practices", params={"q": '"quoted"'}).text


def test_query_page_escapes_query_and_problem(small):
    answer = small.get("/sparql", params={"query": "SELECT <script>alert(1)</script>"})
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("path", ["/", "/practices/well", "/map", "/sparql", "/no/such/page"])
def test_policy_allows_only_files_of_ours(small, path):
    answer = small.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "style=" not in answer.text
    assert not re.search(r"<script(?![^>]*src=)", answer.text)
    assert "<style" not in answer.text
