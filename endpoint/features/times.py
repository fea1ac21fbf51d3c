"""Partial dates as spans of days, and the intervals of the parameter `datetime`."""

import calendar
import re
from datetime import date

from endpoint.errors import BadRequest

PARTIAL = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d))?")


def first_day(text: str) -> date:
    """Give the first day of a year, a month or a day.

    >>> first_day("2021-09")
    datetime.date(2021, 9, 1)
    """
    year, month, day = PARTIAL.match(text).groups()
    return date(int(year), int(month or 1), int(day or 1))


def last_day(text: str) -> date:
    """Give the last day of a year, a month or a day.

    >>> last_day("2024-02")
    datetime.date(2024, 2, 29)
    """
    year, month, day = PARTIAL.match(text).groups()
    month = int(month or 12)
    return date(int(year), month, int(day or calendar.monthrange(int(year), month)[1]))


def read_interval(text: str) -> tuple[date, date]:
    """Give the first and last day of an instant or an interval, open ends as the first and last day there are. Raises: BadRequest.

    >>> read_interval("2019-01-01/..")
    (datetime.date(2019, 1, 1), datetime.date(9999, 12, 31))
    """
    start, slash, end = text.partition("/")
    days = _day(start, date.min), _day(end if slash else start, date.max)
    if not slash and start in ("", "..") or slash and start in ("", "..") and end in ("", ".."):
        raise BadRequest("`datetime` needs at least one date.", parameter="datetime")
    if days[0] > days[1]:
        raise BadRequest("`datetime` ends before it starts.", parameter="datetime")
    return days


def _day(text: str, when_open: date) -> date:
    if text in ("", ".."):
        return when_open
    found = INSTANT.fullmatch(text)
    try:
        if found:
            return date.fromisoformat(found.group(1))
    except ValueError:
        found = None
    raise BadRequest(f'"{text[:50]}" is no date or time of RFC 3339, such as 2019-01-01 or 2019-01-01T00:00:00Z.', parameter="datetime")
