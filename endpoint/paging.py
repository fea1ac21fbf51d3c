"""Pages of a list: which one the address asks for, and how many there are."""

from starlette.requests import Request


def page_numbers(request: Request, total: int, size: int) -> tuple[int, int]:
    """Give the number of the page asked for, within bounds, and how many pages there are."""
    pages = max(1, -(-total // size))
    asked = request.query_params.get("page", "")
    return min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 10 else 1, pages
