"""Pages of a list: which one the address asks for, and how many there are."""

from starlette.requests import Request

from endpoint.errors import NotFound
from endpoint.links import with_parameters
from endpoint.pages import kept_parameters


def page_numbers(request: Request, total: int, size: int) -> tuple[int, int]:
    """Give the number of the page asked for, and how many pages there are. Raises: NotFound when there is no such page."""
    pages = max(1, -(-total // size))
    return page_number(request, pages), pages


def page_number(request: Request, pages: int | None = None) -> int:
    """Give the number of the page asked for. `pages`: how many the list has; None where its end is not known.
    Raises: NotFound for what is no number, and for a page past the end."""
    asked = request.query_params.get("page") or "1"
    there = "" if pages is None else f"The list has {pages:,} {'page' if pages == 1 else 'pages'}."
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 10 and int(asked)):
        raise no_such_page(request, f"Pages are numbered from 1; {asked[:20]} is no number of a page. {there}".rstrip(), pages)
    if pages is not None and int(asked) > pages:
        raise no_such_page(request, there, pages)
    return int(asked)


def no_such_page(request: Request, detail: str, pages: int | None = None) -> NotFound:
    """Give the problem of a page that a list does not have; `list` leads back to its beginning, with the filters of the address,
    `pages` says how many there are."""
    filters = {name: values for name, values in kept_parameters(request).items() if name != "page"}
    there = {} if pages is None else {"pages": pages}
    return NotFound(detail, list=with_parameters(request.url.path, **filters), **there)
