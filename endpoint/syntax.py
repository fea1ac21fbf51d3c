"""Syntax errors of queries in words that a person can act on: where, what was expected, which prefix is meant."""

import re
from collections.abc import Collection
from difflib import get_close_matches
from typing import Any

from endpoint.engine import Engine, Inquiry, Limits
from endpoint.errors import NotAcceptable, QuerySyntax, TimeLimit
from endpoint.lexing import read_prologue
from endpoint.prefixes import known_prefixes

PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
# Among what the engine lists as expected stand sentences of its own, such as "Prefix not found".
SENTENCE = re.compile(r"(?:^|, )([A-Z][A-Za-z]* [a-zA-Z ]+)(?=,|$)")
OF_PREFIX = "Prefix not found"
SHOWN = 12
# Time in which a text is read, and an ASK query answered. Units: seconds.
READING_S = 2.0
# Names that others give to namespaces of ours.
OTHER_NAMES = {
    "dct": "dcterms", "dcterm": "dcterms", "dc": "dcterms", "dcat2": "dcat", "geosparql": "geo", "gsp": "geo", "ogc": "geo", "simplefeatures": "sf", "shacl": "sh",
    "sdo": "schema", "cube": "qb", "datacube": "qb", "cpsv": "cv", "cccev": "cv", "rdfschema": "rdfs", "xs": "xsd", "skos-core": "skos",
}


async def refuse_no_query(engine: Engine, text: str) -> None:
    """Refuse a text that is no query, in the words that asking it would give. Raises: QuerySyntax and other problems of the text."""
    try:
        # Asked for in no form it is read and not answered; an outside engine does not read it either.
        await engine.inquire(Inquiry(text, solution_form=None, graph_form=None, limits=Limits(READING_S)))
    except (NotAcceptable, TimeLimit):
        return


def syntax_problem(message: str, text: str, diagnosis: dict[str, Any] | None = None) -> QuerySyntax:
    """Give the problem of a text that is not SPARQL: from its diagnosis by grammar, else from what the engine says."""
    unknown = unknown_prefixes(text)[:SHOWN]
    hints = {"unknown_prefixes": [{"prefix": name, **({"proposal": line} if (line := propose(name)) else {})} for name in unknown]} if unknown else {}
    if diagnosis is not None:
        line, column = diagnosis["line"], diagnosis["column"]
        expected = diagnosis["expected"]
        found = diagnosis["found"] if diagnosis["found"] == "the end of the query" else f'"{diagnosis["found"]}"'
        told = f"Line {line}, column {column}: {found} cannot stand here. Expected: {', '.join(expected[:SHOWN])}{' …' if len(expected) > SHOWN else ''}."
        if meant := meant_word(diagnosis["found"], expected):
            told += f" Is {meant} meant?"
            hints["meant"] = meant
        return QuerySyntax(told, line=line, column=column, excerpt=excerpt(text, line, column), expected=expected, **hints)
    found_place = PLACE.search(message)
    if found_place is None:
        return QuerySyntax(message.splitlines()[0][:300] if message else "", **hints)
    line, column = int(found_place[1]), int(found_place[2])
    place = {"line": line, "column": column, "excerpt": excerpt(text, line, column)}
    sentences = SENTENCE.findall(found_place[3])
    if unknown:
        told = " ".join(f"The prefix {name}: is not declared.{f' Add: {line_}' if (line_ := propose(name)) else ''}" for name in unknown)
        line, column = place_of_prefix(text, unknown[0])
        return QuerySyntax(f"Line {line}, column {column}: {told}", **place | {"line": line, "column": column, "excerpt": excerpt(text, line, column)}, **hints)
    told = "; ".join(sentence for sentence in sentences if sentence != OF_PREFIX) or "this cannot be read"
    return QuerySyntax(f"Line {line}, column {column}: {told}.", **place, expected=sentences)


def excerpt(text: str, line: int, column: int) -> str:
    """Give the line with the place marked below it, cut to what is near.

    >>> print(excerpt("SELECT *\\nWHER { ?s ?p ?o }", 2, 1))
    WHER { ?s ?p ?o }
    ^
    """
    lines = text.split("\n")
    if not 0 < line <= len(lines):
        return ""
    start = max(0, column - 60)
    shown = lines[line - 1].rstrip("\r")[start:start + 100].replace("\t", " ")
    return f"{shown}\n{' ' * (column - 1 - start)}^"


def unknown_prefixes(text: str) -> list[str]:
    """Give the prefixes that a text uses without declaring them.

    >>> unknown_prefixes("PREFIX a: <urn:a> SELECT * { ?s a:b foaf:name ; skos:note 'x:y' }")
    ['foaf', 'skos']
    """
    prologue, stream = read_prologue(text)
    used = dict.fromkeys(token.text.partition(":")[0] for token in stream if token.kind == "name")
    return [prefix for prefix in used if prefix not in prologue.prefixes]


def place_of_prefix(text: str, prefix: str) -> tuple[int, int]:
    """Give line and column where a prefix is first used."""
    _, stream = read_prologue(text)
    start = next((token.start for token in stream if token.kind == "name" and token.text.startswith(prefix + ":")), 0)
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def meant_word(found: str, expected: Collection[str]) -> str:
    """Give the keyword among what is expected that was probably meant, or nothing.

    >>> meant_word("FILTR", ["a variable", "FILTER", "BIND"]), meant_word("?x", ["FILTER"]), meant_word("False", ["false", "true"])
    ('FILTER', '', 'false')
    """
    if found.lower() in expected:
        return found.lower()
    keywords = [word for word in expected if word.isupper()]
    return next(iter(get_close_matches(found.upper(), keywords, n=1, cutoff=0.7)), "") if found.isalpha() else ""


def propose(prefix: str) -> str:
    """Give the PREFIX line that is probably meant, or nothing."""
    known = known_prefixes()
    other = OTHER_NAMES.get(prefix.lower(), prefix.lower())
    close = [other] if other in known else get_close_matches(other, known, n=1, cutoff=0.6)
    return f"PREFIX {prefix}: <{known[close[0]]}>" if close else ""
