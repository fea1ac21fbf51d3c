"""Updates over the protocol, as the engine reads them: the dataset that using-graph-uri and using-named-graph-uri give, and
prologues between operations.
Source: SPARQL 1.1 Protocol, 2.2.3; SPARQL 1.1 Query Language, 19.8, rule Update."""

from endpoint.errors import BadRequest
from endpoint.lexing import Token, read_prologue, tokens

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


def with_one_prologue(text: str) -> str:
    """Give the update with the prefixes that are declared between operations declared at its beginning, the only place where the
    engine reads them. A text that changes a prefix or its base on the way stays as it is.

    >>> with_one_prologue("CLEAR ALL ; PREFIX x: <urn:x:> INSERT DATA { x:a x:b 1 }")
    'PREFIX x: <urn:x:> CLEAR ALL ;                    INSERT DATA { x:a x:b 1 }'
    """
    if ";" not in text or "prefix" not in text.lower():
        return text
    stream = list(tokens(text))
    declared: dict[str, str] = {}
    moved: list[str] = []
    kept = text
    is_prologue, is_first, place = True, True, 0
    while place < len(stream):
        token = stream[place]
        word = token.text.upper() if token.kind == "word" else ""
        if is_prologue and word == "PREFIX" and place + 2 < len(stream):
            name, iri = stream[place + 1:place + 3]
            if declared.setdefault(name.text, iri.text) != iri.text:
                return text
            if not is_first:
                end = iri.start + len(iri.text)
                moved.append(text[token.start:end])
                kept = kept[:token.start] + " " * (end - token.start) + kept[end:]
            place += 3
            continue
        if is_prologue and word == "BASE":
            if not is_first:
                return text
            place += 2
            continue
        is_prologue = token.kind == "mark" and token.text == ";" and token.depth == 0
        is_first = is_first and not is_prologue
        place += 1
    return "".join(line + " " for line in moved) + kept


def _group_after(text: str, following: list[Token]) -> str:
    """Give the text of the group that starts here."""
    for token in following[1:]:
        if token.kind == "close" and token.depth == 0:
            return text[following[0].start:token.start + 1]
    raise BadRequest("A group is not closed.")
