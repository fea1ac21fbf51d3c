"""What functions warned of while a query ran, as a response header: an unbound value has a reason that the body cannot tell."""

from collections.abc import Iterable
from urllib.parse import quote

WARNING = "X-Regin-Warning"
# Printable ASCII except comma, which stands between messages, and the percent sign.
PLAIN = " !\"#$&'()*+-./:;<=>?@[\\]^_`{|}~"
MOST_MESSAGES = 5
MESSAGE_LENGTH = 400


def warning_header(messages: Iterable[str]) -> str:
    """Give messages as a header's value: in ASCII, other letters and commas percent-encoded, commas between messages, bounded.

    >>> warning_header(["It is no geometry: é, ü", "Other"])
    'It is no geometry: %C3%A9%2C %C3%BC, Other'
    """
    told = list(messages)
    shown = [_encoded(message) for message in told[:MOST_MESSAGES]]
    if len(told) > MOST_MESSAGES:
        shown.append(f"{len(told) - MOST_MESSAGES} further warnings")
    return ", ".join(shown)


def _encoded(message: str) -> str:
    encoded = ""
    for letter in " ".join(message.split()):
        encoded += quote(letter, safe=PLAIN)
        if len(encoded) > MESSAGE_LENGTH:
            return encoded[:encoded.rindex(quote(letter, safe=PLAIN))] + " ..."
    return encoded
