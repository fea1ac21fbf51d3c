"""Pages of a list: which one the address asks for, and how many there are."""

from starlette.requests import Request

from endpoint.errors import NotFound
from endpoint.links import with_parameters
from endpoint.pages import kept_parameters


def page_numbers(request: Request, total: int, size: int) -> tuple[int, int]:
    """Give the number of the page asked for, and how many pages there are. Raises: NotFound when there is no such page."""
    pages = max(1, -(-total // size))
    number = page_number(request)
    if number > pages:
        raise no_such_page(request, f"The list has {pages:,} {'page' if pages == 1 else 'pages'}.")
    return number, pages


def page_number(request: Request) -> int:
    """Give the number of the page asked for, of a list whose end is not known. Raises: NotFound for what is no number."""
    asked = request.query_params.get("page") or "1"
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 10 and int(asked)):
        raise no_such_page(request, f"Pages are numbered from 1; {asked[:20]} is no number of a page.")
    return int(asked)


def no_such_page(request: Request, detail: str) -> NotFound:
    """Give the problem of a page that a list does not have; `list` leads back to its beginning, with the filters of the address."""
    filters = {name: values for name, values in kept_parameters(request).items() if name != "page"}
    return NotFound(detail, list=with_parameters(request.url.path, **filters))
