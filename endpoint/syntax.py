"""Syntax errors of queries in words that a person can act on: where, what was expected, which prefix is meant."""

import re

from endpoint.errors import QuerySyntax

PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
CHARACTER_CLASS = re.compile(r"\['[^\]]*'\]|\[['A-Z].*?\](?=,|$)|\[_\]|\[[^\]]*\.\.=?[^\]]*\]", re.DOTALL)


def syntax_problem(message: str, text: str) -> QuerySyntax:
    """Give the problem of a text that is not SPARQL, from what the engine says."""
    found = PLACE.search(message)
    if found is None:
        return QuerySyntax(message.splitlines()[0][:300] if message else "")
    line, column = int(found[1]), int(found[2])
    return QuerySyntax(f"Line {line}, column {column}: the query cannot be read on from here.", line=line, column=column)
