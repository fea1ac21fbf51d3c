"""A bounded crawl: every internal link answers, and every page keeps the rules of a page."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

STARTS = [
    "/",
    "/?lang=el",
    "/practices",
    "/regions",
    "/map",
    "/competences",
    "/indicators",
    "/actors",
    "/compare?region=azores&region=skane",
    "/vocabulary",
    "/about",
    "/sparql",
]
MOST_PAGES = 260
# Of pages made alike this many are read; the links to the others are not followed.
ALIKE = 14
# So many are asked for at once.
READERS = 4


def kind_of(path: str) -> str:
    """Give the family of a page: its address without the last names and the values of parameters."""
    parts = urlsplit(path)
    steps = parts.path.split("/")
    names = sorted(pair.split("=")[0] for pair in parts.query.split("&") if pair)
    return (
        "/".join(steps[:3] if steps[1] in ("id", "scheme", "graph") else steps[:2])
        + re.sub(r"[^.]*(\.\w+)?$", r"\1", steps[-1])
        + "?"
        + ",".join(names)
    )


@pytest.fixture(scope="module")
def crawled(site):
    """Give the pages of the site by address, and the addresses that did not answer."""
    pages, wrong, seen, kinds = {}, [], set(STARTS), {}
    waiting = STARTS
    with ThreadPoolExecutor(READERS) as readers:
        while waiting and len(pages) < MOST_PAGES:
            asked, waiting = waiting[: MOST_PAGES - len(pages)], waiting[MOST_PAGES - len(pages) :]
            for path, answer in zip(asked, readers.map(lambda path: site.get(path, follow_redirects=True), asked), strict=True):
                if answer.status_code != 200:
                    wrong.append((path, answer.status_code))
                    continue
                if not answer.headers["content-type"].startswith("text/html"):
                    continue
                pages[path] = answer.text
                for link in re.findall(r'(?:href|src|srcset|action)="(/[^"#]*)', answer.text):
                    link = html.unescape(link)
                    kind = kind_of(link)
                    if link not in seen and kinds.setdefault(kind, 0) < ALIKE:
                        kinds[kind] += 1
                        seen.add(link)
                        waiting = [*waiting, link]
    return pages, wrong


def test_every_internal_link_answers(crawled):
    pages, wrong = crawled
    assert not wrong
    assert len(pages) > 100


def test_anchors_of_a_page_are_there(crawled):
    for path, page in crawled[0].items():
        identifiers = re.findall(r'\bid="([^"]+)"', page)
        assert len(identifiers) == len(set(identifiers)), f"{path}: an id stands twice"
        for anchor in re.findall(r'href="#([^"]+)"', page):
            assert anchor in identifiers, f"{path}#{anchor}"


def test_pages_have_title_one_heading_and_landmarks(crawled):
    titles = {}
    for path, page in crawled[0].items():
        assert len(re.findall(r"<h1[ >]", page)) == 1, path
        title = html.unescape(re.search(r"<title>(.*?)</title>", page, re.DOTALL).group(1))
        assert len(title) > len(" · REGIN Graph"), path
        assert '<main id="main"' in page, path
        assert 'class="skip" href="#main"' in page, path
        titles[path] = title
    assert titles["/"] != titles["/practices"]


def test_headings_do_not_skip_a_level(crawled):
    for path, page in crawled[0].items():
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]
        assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False)), f"{path}: {levels}"


def test_fields_have_labels_and_pictures_have_alternatives(crawled):
    for path, page in crawled[0].items():
        labels = set(re.findall(r'<label for="([^"]+)"', page))
        for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", page):
            if 'type="hidden"' not in field:
                assert re.search(r'\bid="([^"]+)"', field).group(1) in labels, f"{path}: {field}"
        assert all("alt=" in picture for picture in re.findall(r"<img\b[^>]*>", page)), path


def test_no_page_leads_to_the_canonical_host_for_what_is_here(crawled):
    for path, page in crawled[0].items():
        assert 'href="https://w3id.org/regin/' not in page, path


def test_nothing_is_loaded_from_elsewhere(crawled):
    for path, page in crawled[0].items():
        for tag in re.findall(r"<(?:script|img|source|link rel=\"(?:stylesheet|icon)\")\b[^>]*>", page):
            address = re.search(r'(?:src|srcset|href)="([^"]+)"', tag)
            assert address is None or address.group(1).startswith("/"), f"{path}: {tag}"
