"""Guards: what is refused before a query process sees the text: length, nesting, fetching from elsewhere."""

from urllib.parse import urlsplit

from endpoint.engine.confinement import can_refuse_network
from endpoint.errors import FederationRefused, QueryTooDeep, QueryTooLong
from endpoint.lexing import first_doubt, longest_signs, nesting, read_prologue
from endpoint.settings import EndpointSettings


def check_text(text: str, settings: EndpointSettings, is_update: bool = False) -> None:
    """Refuse a text that is too long, too deep, or fetches from hosts that are not allowed.
    Raises: QueryTooLong, QueryTooDeep, FederationRefused."""
    length = len(text) if text.isascii() else len(text.encode())
    if length > settings.query_length:
        raise QueryTooLong(f"The text has {length:,} bytes; {settings.query_length:,} are allowed. " + QueryTooLong.explanation.partition(". ")[2], limit=settings.query_length)
    if text.count("{") + text.count("(") + text.count("[") > settings.query_nesting:
        depth = nesting(text)
        if depth > settings.query_nesting:
            raise QueryTooDeep(f"Brackets stand {depth:,} deep in each other; {settings.query_nesting} are allowed.", limit=settings.query_nesting)
    if text.count("-") + text.count("!") + text.count("+") > settings.query_nesting and longest_signs(text) > settings.query_nesting:
        raise QueryTooDeep(f"More than {settings.query_nesting} signs stand before one value.", limit=settings.query_nesting)
    if settings.scratch and not settings.service_hosts and can_refuse_network():
        # Its processes open no connection: what wants one fails there, and SILENT passes over it as the language has it.
        return
    lower = text.lower()
    names_hosts = "service" in lower or (is_update and "load" in lower)
    if settings.engine:
        # An outside engine may read escapes before it reads words.
        names_hosts = names_hosts or "\\u" in lower
    if names_hosts and (settings.service_hosts or settings.engine or not can_refuse_network()):
        # Where connections may be opened, these guards alone keep a query from other hosts.
        _check_readable(text, ("SERVICE", "LOAD") if is_update else ("SERVICE",))
    if "service" in lower:
        _check_services(text, settings)
    if is_update and "load" in lower:
        _check_loads(text)


def _check_services(text: str, settings: EndpointSettings) -> None:
    prologue, stream = read_prologue(text)
    for token in stream:
        if token.kind != "word" or token.text.upper() != "SERVICE":
            continue
        target = next(stream, token)
        if target.kind == "word" and target.text.upper() == "SILENT":
            target = next(stream, target)
        address = prologue.resolve(target) if target.kind in ("iri", "name") else None
        if address is None:
            raise FederationRefused("SERVICE must name its host as an IRI. " + FederationRefused.explanation)
        if not _is_allowed(address, settings.service_hosts):
            host = address.partition("//")[2].partition("/")[0] or address
            raise FederationRefused(f"SERVICE may not ask {host[:200]}. " + FederationRefused.explanation, allowed=list(settings.service_hosts))


def _check_readable(text: str, keywords: tuple[str, ...]) -> None:
    place = first_doubt(text, keywords)
    if place is not None:
        raise FederationRefused(
            f"Line {text.count(chr(10), 0, place) + 1}: a text with {' or '.join(keywords)} is only taken when it can be read in one way. Put spaces between words and signs, "
            "give prefixes names without these words, and write IRIs that hold ' or # as prefixed names.",
        )


def _is_allowed(address: str, hosts: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and "@" not in parts.netloc and (parts.netloc.lower() in hosts or (parts.hostname or "") in hosts)
    except ValueError:
        return False


def _check_loads(text: str) -> None:
    _, stream = read_prologue(text)
    if any(token.kind == "word" and token.depth == 0 and token.text.upper() == "LOAD" for token in stream):
        raise FederationRefused("LOAD is off. Send the data themselves, by INSERT DATA or the Graph Store Protocol.")
