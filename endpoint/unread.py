"""The answer to what the server cannot read as a request, and to an address that is longer than it takes, as they go over the wire."""

import json

from endpoint.errors import BadRequest, Problem, UriTooLong
from endpoint.media_types import PROBLEM
from endpoint.settings import EndpointSettings

# Longest address that the server takes apart; a setting can only be stricter. Units: bytes.
LONGEST_ADDRESS = 65_535


def unread_problem(address: bytes, settings: EndpointSettings) -> Problem:
    """Give the problem of what could not be read, as far as its address came."""
    limit = min(settings.uri_length, LONGEST_ADDRESS)
    if len(address) > limit:
        return UriTooLong(f"The address is longer than {limit:,} bytes. " + UriTooLong.explanation, limit=limit)
    return BadRequest("What came is not a request of HTTP/1.1.")


def written(problem: Problem, settings: EndpointSettings) -> bytes:
    """Give header lines and body of the response for a problem, after which the connection is closed."""
    body = json.dumps(problem.members(settings.base_iri), ensure_ascii=False).encode()
    origin = "access-control-allow-origin: *\r\n" if "*" in settings.cors_origins else ""
    lines = (
        f"content-type: {PROBLEM.media_type}\r\ncontent-length: {len(body)}\r\ncache-control: no-store\r\n"
        f"{origin}x-content-type-options: nosniff\r\nconnection: close\r\n\r\n"
    )
    return lines.encode() + body
