"""Text of a record as a typed literal: partial dates by their form, numbers checked against their type."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

XSD = "http://www.w3.org/2001/XMLSchema#"
DATE_FORMS = (
    (re.compile(r"\d{4}\Z"), XSD + "gYear", "{}-01-01"),
    (re.compile(r"\d{4}-\d{2}\Z"), XSD + "gYearMonth", "{}-01"),
    (re.compile(r"\d{4}-\d{2}-\d{2}\Z"), XSD + "date", "{}"),
)


def partial_date_type(text: str) -> str:
    """Give the datatype of a date known to the year, the month or the day. Raises: ValueError when it is none.

    >>> partial_date_type("2021-09").rpartition("#")[2]
    'gYearMonth'
    """
    for form, datatype, completed in DATE_FORMS:
        if form.match(text) and _exists(completed.format(text)):
            return datatype
    raise ValueError("write it as 2021, 2021-09 or 2021-09-30, a day that exists")


def _exists(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def check_value(text: str, datatype: str) -> None:
    """Pass when the text is a value of the datatype. Raises: ValueError with the repair."""
    if datatype == XSD + "decimal":
        _number(text, "write digits with a point, such as 12.5, without thousands separators")
    elif datatype == XSD + "integer":
        if not re.match(r"[+-]?\d+\Z", text):
            raise ValueError("write a whole number, digits alone")
    elif datatype == XSD + "boolean" and text not in ("true", "false"):
        raise ValueError("write true or false")


def _number(text: str, repair: str) -> None:
    try:
        if not re.match(r"[+-]?(\d+(\.\d*)?|\.\d+)\Z", text):
            raise ValueError(repair)
        Decimal(text)
    except InvalidOperation:
        raise ValueError(repair) from None
