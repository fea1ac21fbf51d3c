"""Media types: all that are spoken here, what Accept asks for, and the choice between them. The only place."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, TypeVar


@dataclass(frozen=True, eq=False)
class Form:
    """A form of a representation: its media type, short names for `format=`, and other media types that ask for it.
    Each is there once, so they are told apart by identity: choices among them are looked up for every request."""

    media_type: str
    names: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    parameters: str = ""

    @property
    def content_type(self) -> str:
        """The value of Content-Type."""
        return self.media_type + self.parameters


UTF8 = "; charset=utf-8"

JSON_RESULTS = Form("application/sparql-results+json", ("json", "srj", "sparql-json"), ("application/json", "text/json"))
XML_RESULTS = Form("application/sparql-results+xml", ("xml", "srx", "sparql-xml"), ("application/xml", "text/xml"))
CSV_RESULTS = Form("text/csv", ("csv",), ("application/csv",), UTF8)
TSV_RESULTS = Form("text/tab-separated-values", ("tsv",), (), UTF8)

TURTLE = Form("text/turtle", ("ttl", "turtle"), ("application/turtle", "application/x-turtle", "text/plain+turtle"), UTF8)
N_TRIPLES = Form("application/n-triples", ("nt", "ntriples", "n-triples"), ("text/plain",))
RDF_XML = Form("application/rdf+xml", ("rdf", "rdfxml", "rdf-xml", "xml"), ("application/xml", "text/xml"))
JSON_LD = Form("application/ld+json", ("jsonld", "json-ld", "json"), ("application/json", "text/json"))
N_QUADS = Form("application/n-quads", ("nq", "nquads", "n-quads"), ("text/x-nquads",))
TRIG = Form("application/trig", ("trig",), ("application/x-trig",))
N3 = Form("text/n3", ("n3",), ("text/rdf+n3",), UTF8)

HTML = Form("text/html", ("html",), ("application/xhtml+xml",), UTF8)
PROBLEM = Form("application/problem+json", ("problem",), ("application/json",))
PLAIN_JSON = Form("application/json", ("json",), ("text/json",))
SPREADSHEET = Form("application/vnd.oasis.opendocument.spreadsheet", ("ods",))
TABLE_METADATA = Form("application/csvm+json", ("csvm",), ("application/json",))
GZIP = Form("application/gzip", ("gz",))
ATOM = Form("application/atom+xml", ("atom",), ("application/xml", "text/xml"), UTF8)
LINKSET = Form("application/linkset+json", ("linkset",), ("application/json",))
CITATION = Form("application/vnd.citationstyles.csl+json", ("csl",), ("application/json",))
BIBTEX = Form("application/x-bibtex", ("bibtex", "bib"), (), UTF8)
SITEMAP = Form("application/xml", ("xml",), ("text/xml",))
PLAIN_TEXT = Form("text/plain", ("txt", "text"), (), UTF8)
YAML = Form("application/yaml", ("yml", "yaml"))
GEOJSON = Form("application/geo+json", ("geojson",), ("application/vnd.geo+json",))

SPARQL_QUERY = "application/sparql-query"
SPARQL_UPDATE = "application/sparql-update"
FORM_DATA = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

# In order of our preference: the first is what a client without wishes gets.
SOLUTION_FORMS = (JSON_RESULTS, XML_RESULTS, CSV_RESULTS, TSV_RESULTS)
GRAPH_FORMS = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD, N_QUADS, TRIG, N3)
RDF_BODY_FORMS = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD, N_QUADS, TRIG, N3)


@dataclass(frozen=True)
class Wish:
    """One element of Accept: a media range and its weight."""

    main: str
    sub: str
    parameters: frozenset[tuple[str, str]]
    weight: float

    @property
    def rank(self) -> tuple[int, int, int]:
        """How specific the range is: exact with parameters before exact before type/* before */*."""
        return (self.main != "*", self.sub != "*", len(self.parameters))


EXACT = (1, 1, 0)
# Units: characters. Browsers and libraries send a tenth of that.
LONGEST_WISHES = 2000
Chosen = TypeVar("Chosen")

# A quote that is never closed reaches to the end: sought again from each place, a long header would take minutes.
_ELEMENT = re.compile(r'((?:[^,"]|"(?:[^"\\]|\\.)*+(?:"|\\?$))++)')
_WEIGHT = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


def remembered(choice: Callable[..., Chosen]) -> Callable[..., Chosen]:
    """Give a choice by a header that remembers what it chose, and reads a header no further than that costs little.

    >>> remembered(lambda header: header)("text/turtle;q=0.5, " * 1000).count(",") < 110
    True
    """
    known = lru_cache(maxsize=1024)(choice)

    @wraps(choice)
    def chosen(header: str | None, *others: Any) -> Chosen:
        if header is not None and len(header) > LONGEST_WISHES:
            header = header[:LONGEST_WISHES].rpartition(",")[0] or header[:LONGEST_WISHES]
        return known(header, *others)

    return chosen


def parse_accept(header: str) -> tuple[Wish, ...]:
    """Give the wishes of an Accept header; what is not a media range is passed over.
    Source: RFC 9110, 12.5.1.

    >>> [(w.main, w.sub, w.weight) for w in parse_accept("text/turtle;q=0.5, */*;q=0.1, nonsense")]
    [('text', 'turtle', 0.5), ('*', '*', 0.1)]
    """
    wishes = []
    for element in _ELEMENT.findall(header):
        media, *rest = (part.strip() for part in element.split(";"))
        main, slash, sub = media.lower().partition("/")
        if not slash or not main or not sub or (main == "*" and sub != "*"):
            continue
        weight, parameters = 1.0, []
        for part in rest:
            name, _, value = part.partition("=")
            name, value = name.strip().lower(), value.strip().strip('"').lower()
            if name == "q":
                weight = float(value) if _WEIGHT.fullmatch(value) else (1.0 if value[:1].isdigit() and value[0] != "0" else 0.0)
            elif name and name != "charset":
                parameters.append((name, value))
        wishes.append(Wish(main, sub, frozenset(parameters), weight))
    return tuple(wishes)


def _weight_of(media_type: str, wishes: Sequence[Wish]) -> tuple[float, tuple[int, int, int]]:
    """Give the weight that the most specific matching wish gives a media type, and how specific it was."""
    main, _, sub = media_type.partition("/")
    best_rank, best_weight = (-1, -1, -1), 0.0
    for wish in wishes:
        if wish.main in ("*", main) and wish.sub in ("*", sub) and wish.rank > best_rank:
            best_rank, best_weight = wish.rank, wish.weight
    return best_weight, best_rank


@remembered
def choose(accept: str | None, forms: tuple[Form, ...]) -> Form | None:
    """Give the form that the client wants most, or None when it accepts none.
    A form is reached by its own media type or by an alias; of equal weight, the more exactly named wins, then our order.

    >>> choose("application/xml;q=0.9, text/csv;q=0.8", SOLUTION_FORMS).media_type
    'application/sparql-results+xml'
    >>> choose(None, GRAPH_FORMS).media_type
    'text/turtle'
    >>> choose("image/png", GRAPH_FORMS) is None
    True
    """
    if accept is None or not accept.strip():
        return forms[0]
    wishes = parse_accept(accept)
    best = None
    for order, form in enumerate(forms):
        own_weight, own_rank = _weight_of(form.media_type, wishes)
        is_refused = own_rank >= EXACT and own_weight == 0
        # A wildcard reaches a form by its own name; an alias counts only when it is named itself.
        aliases = [found for found in (_weight_of(alias, wishes) for alias in form.aliases) if found[1] >= EXACT]
        weight, rank = max([(own_weight, own_rank), *aliases])
        if is_refused:
            continue
        key = (weight, rank >= EXACT, own_rank >= EXACT, rank, -order)
        if weight > 0 and (best is None or key > best[0]):
            best = (key, form)
    return best[1] if best else None


def by_name(name: str, forms: Sequence[Form]) -> Form | None:
    """Give the form that `format=` names: a short name or a media type.

    >>> by_name("json", SOLUTION_FORMS).media_type, by_name("json", GRAPH_FORMS).media_type
    ('application/sparql-results+json', 'application/ld+json')
    """
    wanted = name.strip().lower().split(";")[0].replace(" ", "+")
    for form in forms:
        if wanted in form.names or wanted == form.media_type:
            return form
    return next((form for form in forms if wanted in form.aliases), None)


@remembered
def prefers_html(accept: str | None) -> bool:
    """Tell whether a page is what the client wants most: it names text/html, and nothing else of ours stands higher."""
    if not accept:
        return False
    wishes = parse_accept(accept)
    html, rank = _weight_of("text/html", wishes)
    if html <= 0 or rank < EXACT:
        return False
    others = [_weight_of(form.media_type, wishes) for form in (*SOLUTION_FORMS, *GRAPH_FORMS)]
    return all(weight < html or other_rank < EXACT for weight, other_rank in others)


def media_type_of(content_type: str) -> tuple[str, dict[str, str]]:
    """Give media type and parameters of a Content-Type.

    >>> media_type_of('Text/Turtle; charset="UTF-8"')
    ('text/turtle', {'charset': 'utf-8'})
    """
    media, *rest = content_type.split(";")
    parameters = {}
    for part in rest:
        name, _, value = part.partition("=")
        parameters[name.strip().lower()] = value.strip().strip('"').lower() if name.strip().lower() == "charset" else value.strip().strip('"')
    return media.strip().lower(), parameters


CODINGS = ("zstd", "br", "gzip")


@remembered
def choose_coding(accept_encoding: str | None, offered: tuple[str, ...] = CODINGS) -> str:
    """Give the content coding that the client wants most of those offered, or `identity`.
    Source: RFC 9110, 12.5.3.

    >>> choose_coding("gzip, deflate, br"), choose_coding("gzip;q=1.0, br;q=0.5"), choose_coding(None)
    ('br', 'gzip', 'identity')
    >>> choose_coding("gzip, deflate, br", ("zstd", "gzip"))
    'gzip'
    """
    if not accept_encoding or not offered:
        return "identity"
    weights = _coding_weights(accept_encoding)
    weight, _, coding = max((weights.get(coding, weights.get("*", 0.0)), -order, coding) for order, coding in enumerate(offered))
    return coding if weight > 0 and weight >= weights.get("identity", 0.0) else "identity"


@remembered
def refuses_every_coding(accept_encoding: str) -> bool:
    """Tell whether a client takes a content neither as it is nor in any coding spoken here.
    Source: RFC 9110, 12.5.3: what is not named at all may come as it is.

    >>> refuses_every_coding("identity;q=0"), refuses_every_coding("*;q=0"), refuses_every_coding("gzip, *;q=0"), refuses_every_coding("")
    (True, True, False, False)
    """
    weights = _coding_weights(accept_encoding)
    other = weights.get("*", 0.0)
    return weights.get("identity", weights.get("*", 1.0)) == 0 and not any(weights.get(coding, other) for coding in CODINGS)


def _coding_weights(accept_encoding: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for element in accept_encoding.split(","):
        coding, *rest = (part.strip().lower() for part in element.split(";"))
        weight: float | None = 1.0
        for part in rest:
            if part.startswith("q="):
                weight = float(part[2:]) if _WEIGHT.fullmatch(part[2:]) else None
        # What has a weight that cannot be read is passed over: to refuse is said clearly.
        if weight is not None:
            weights["gzip" if coding == "x-gzip" else coding] = weight
    return weights
