"""Updates over the protocol: the dataset that using-graph-uri and using-named-graph-uri give, written into the text.
Source: SPARQL 1.1 Protocol, 2.2.3."""

from endpoint.errors import BadRequest
from endpoint.lexing import Token, read_prologue

CONFLICT = "The update names its dataset by {word}, so using-graph-uri and using-named-graph-uri do not go with it."


def with_dataset(text: str, using: tuple[str, ...], using_named: tuple[str, ...]) -> str:
    """Give the update with a USING clause before each WHERE. Raises: BadRequest when it has a dataset of its own.

    >>> with_dataset("INSERT { ?s ?p 1 } WHERE { ?s ?p 2 }", ("urn:g",), ())
    'INSERT { ?s ?p 1 } USING <urn:g> WHERE { ?s ?p 2 }'
    >>> with_dataset("DELETE WHERE { ?s ?p 2 }", ("urn:g",), ())
    'DELETE { ?s ?p 2 } USING <urn:g> WHERE { ?s ?p 2 }'
    """
    if not using and not using_named:
        return text
    clauses = "".join(f"USING <{iri}> " for iri in using) + "".join(f"USING NAMED <{iri}> " for iri in using_named)
    _, stream = read_prologue(text)
    stream_tokens = list(stream)
    parts, written = [], 0
    for index, token in enumerate(stream_tokens):
        word = token.text.upper() if token.kind == "word" and token.depth == 0 else ""
        if word in ("USING", "WITH"):
            raise BadRequest(CONFLICT.format(word=word))
        if word != "WHERE":
            continue
        before = stream_tokens[index - 1] if index else None
        parts.append(text[written:token.start])
        if before is not None and before.kind == "word" and before.text.upper() == "DELETE":
            parts.append(_group_after(text, stream_tokens[index + 1:]) + " ")
        parts.append(clauses)
        written = token.start
    return "".join([*parts, text[written:]])


def _group_after(text: str, following: list[Token]) -> str:
    """Give the text of the group that starts here."""
    for token in following[1:]:
        if token.kind == "close" and token.depth == 0:
            return text[following[0].start:token.start + 1]
    raise BadRequest("A group is not closed.")
