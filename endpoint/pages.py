"""Pages: templates filled for a visit, with the headers that every page carries."""

from functools import partial
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from endpoint.errors import Problem
from endpoint.languages import LANGUAGES, number_text
from endpoint.links import page_of, with_parameters
from endpoint.problem_wording import told_problem
from endpoint.revisiting import page_tag
from endpoint.visit import Visit, last_part
from endpoint.wording import says_more

# Pages are read by GET and HEAD and are no part of the programming interface.
READ = {"methods": ["GET", "HEAD"], "include_in_schema": False, "response_class": HTMLResponse}

# Nothing is loaded from elsewhere, and nothing runs that is not a file of ours.
CONTENT_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

# The links of a page carry so much of each value of its own address.
LETTERS_KEPT = 200

environment = Environment(
    loader=PackageLoader("endpoint"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)


class Citations:
    """Numbers of the sources on one page, given in the order in which they are first cited."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, source: str) -> int:
        """Give the number of a source on this page."""
        return self.numbers.setdefault(source, len(self.numbers) + 1)


async def page(
    visit: Visit, template: str, *, status: int = 200, headers: dict[str, str] | None = None, **context: Any
) -> HTMLResponse:
    """Give the page of a template; names of everything asked so far are learnt first."""
    await visit.learn_names()
    return filled_page(visit, template, status=status, headers=headers, **context)


def filled_page(
    visit: Visit, template: str, *, status: int = 200, headers: dict[str, str] | None = None, **context: Any
) -> HTMLResponse:
    """Give the page of a template without asking the graph anything more."""
    body = environment.get_template(template).render(**reading_tools(visit), **context)
    headers = {
        "Content-Security-Policy": CONTENT_POLICY,
        "Content-Language": visit.reader.language,
        "Vary": "Accept, Accept-Language, Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        **(headers or {}),
    }
    if status == 200:
        headers = {"Cache-Control": "no-cache", "ETag": page_tag(body), **headers}
    return HTMLResponse(body, status, headers=headers)


def problem_page(
    request: Request, problem: Problem, status: int | None = None, headers: dict[str, str] | None = None
) -> HTMLResponse:
    """Give the page that tells a problem in plain words; it asks the graph nothing, so it works when the graph does not."""
    visit = Visit(request)
    return filled_page(
        visit,
        "error.html",
        status=status or problem.status,
        headers=headers,
        problem_status=status or problem.status,
        told=told_problem(problem, visit.words, visit.reader.language),
    )


def reading_tools(visit: Visit) -> dict[str, Any]:
    """Give what every template can use: words, names, addresses, numbers, sources."""
    language = visit.reader.language
    return {
        "lang": language,
        "languages": LANGUAGES,
        "t": partial(interface_word, visit.words),
        "name": visit.name,
        "plain_name": visit.plain_name,
        "is_named": visit.is_named,
        "names_of": lambda iris: [name.value for iri in iris for name in visit.names.get(iri, ())],
        "by_name": visit.by_name,
        "text": visit.text,
        "number": partial(number_text, language=language),
        "href": partial(carried, visit),
        "page_of": lambda iri: carried(visit, page_of(iri, visit.base)),
        "switch_language": lambda other: with_parameters(
            visit.request.url.path, **kept_parameters(visit.request), lang=other
        ),
        "is_ours": lambda iri: iri.startswith(visit.base),
        "host_of": lambda iri: urlsplit(iri).hostname or iri,
        "is_web": lambda iri: iri.startswith(("http://", "https://")),
        "last_part": last_part,
        "says_more": says_more,
        "sources": visit.sources,
        "citations": Citations(),
        "questions": visit.questions,
        "base": visit.base,
        "regin": f"{visit.base}def/",
        "here": visit.request.url.path,
        "parameters": kept_parameters(visit.request),
    }


def interface_word(words: dict[str, str], key: str, **values: object) -> Markup | str:
    """Give an interface word in the reader's language, its `{places}` filled.

    >>> interface_word({"practices_found": "{count} practices"}, "practices_found", count=3)
    '3 practices'
    """
    return words[key].format(**values)


def carried(visit: Visit, path: str, **parameters: object) -> str:
    """Give an address with its parameters; a language named in this page's address is carried on to pages of ours."""
    if visit.reader.is_chosen and path.startswith("/"):
        parameters.setdefault("lang", visit.reader.language)
    return with_parameters(path, **parameters)


def kept_parameters(request: Request) -> dict[str, list[str]]:
    """Give the parameters of the page's own address without the language."""
    return {
        name: [value[:LETTERS_KEPT] for value in request.query_params.getlist(name)]
        for name in request.query_params
        if name != "lang"
    }
