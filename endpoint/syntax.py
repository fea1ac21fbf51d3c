"""Syntax errors of queries in words that a person can act on: where, what was expected, which prefix is meant."""

import re
from difflib import get_close_matches

from endpoint.errors import QuerySyntax
from endpoint.lexing import Token, read_prologue
from endpoint.prefixes import known_prefixes

PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
# What the engine names: a quoted text, a class of characters, a keyword, or a sentence of its own.
ELEMENT = re.compile(r'"(?:[^"\\]|\\.)*"|\[(?:\'[^\']*\'|[^\]])*\]|[^,]+', re.DOTALL)
STARTS = {"?": "a variable", "$": "a variable", "<": "an IRI", '"': "a string", "'": "a string", '"""': "a string", "'''": "a string", "_:": "a blank node", ":": "a prefixed name"}
ODDITIES = {"[_]", "<<", "<<(", "--"}
OF_PREFIX = "Prefix not found"


def syntax_problem(message: str, text: str) -> QuerySyntax:
    """Give the problem of a text that is not SPARQL, from what the engine says about it."""
    found = PLACE.search(message)
    if found is None:
        return QuerySyntax(message.splitlines()[0][:300] if message else "")
    line, column = int(found[1]), int(found[2])
    sentences, expected = _read_elements(found[3])
    place = {"line": line, "column": column, "excerpt": excerpt(text, line, column)}
    unknown = unknown_prefixes(text)
    if OF_PREFIX in sentences and unknown:
        proposals = [propose(prefix) for prefix in unknown]
        told = " ".join(
            f"The prefix {name}: is not declared." + (f" Add: {line_}" if (line_ := proposal) else "") for name, proposal in zip(unknown, proposals, strict=True)
        )
        return QuerySyntax(
            f"Line {line}, column {column}. {told}", **place,
            unknown_prefixes=[{"prefix": name, **({"proposal": proposal} if proposal else {})} for name, proposal in zip(unknown, proposals, strict=True)],
        )
    sentences = [sentence for sentence in sentences if sentence != OF_PREFIX]
    if sentences:
        return QuerySyntax(f"Line {line}, column {column}: {'; '.join(sentences)}.", **place, expected=sentences)
    what = ", ".join(expected[:12]) + (" …" if len(expected) > 12 else "")
    found_text = "the end of the query" if is_end(text, line, column) else "this"
    told = f"Line {line}, column {column}: instead of {found_text}, one of these was expected: {what}." if expected else f"Line {line}, column {column}: this cannot be read."
    return QuerySyntax(told, **place, expected=expected)


def _read_elements(listing: str) -> tuple[list[str], list[str]]:
    """Give the engine's own sentences, and what it expected, in words."""
    sentences: list[str] = []
    expected: dict[str, None] = {}
    for element in (element.strip() for element in ELEMENT.findall(listing)):
        if not element or element in ODDITIES:
            continue
        if element.startswith('"'):
            literal = element[1:-1].replace('\\"', '"')
            if literal not in ODDITIES:
                expected[STARTS.get(literal, literal)] = None
        elif element.startswith("["):
            if "'0'" in element and "'A'" not in element:
                expected["a number"] = None
        elif " " in element and "'" not in element:
            sentences.append(element.rstrip("."))
        elif re.fullmatch(r"[A-Za-z_ ]+", element):
            expected[element] = None
    return sentences, list(expected)


def _position(text: str, line: int, column: int) -> int:
    lines = text.split("\n")
    return sum(len(part) + 1 for part in lines[:line - 1]) + column - 1


def is_end(text: str, line: int, column: int) -> bool:
    """Tell whether nothing stands at or after the place."""
    return not text[_position(text, line, column):].strip()


def excerpt(text: str, line: int, column: int) -> str:
    """Give the line with the place marked below it, cut to what is near.

    >>> print(excerpt("SELECT *\\nWHER { ?s ?p ?o }", 2, 1))
    WHER { ?s ?p ?o }
    ^
    """
    lines = text.split("\n")
    if not 0 < line <= len(lines):
        return ""
    shown, start = lines[line - 1].rstrip("\r"), max(0, column - 60)
    shown = shown[start:start + 100].replace("\t", " ")
    return f"{shown}\n{' ' * (column - 1 - start)}^"


def unknown_prefixes(text: str) -> list[str]:
    """Give the prefixes that a text uses without declaring them.

    >>> unknown_prefixes("PREFIX a: <urn:a> SELECT * { ?s a:b foaf:name ; skos:note 'x:y' }")
    ['foaf', 'skos']
    """
    prologue, stream = read_prologue(text)
    used: dict[str, None] = {}
    for token in stream:
        if isinstance(token, Token) and token.kind == "name":
            used[token.text.partition(":")[0]] = None
    return [prefix for prefix in used if prefix not in prologue.prefixes]


def propose(prefix: str) -> str:
    """Give the PREFIX line that is probably meant, or nothing."""
    known = known_prefixes()
    close = [prefix] if prefix in known else get_close_matches(prefix, known, n=1, cutoff=0.6)
    return f"PREFIX {prefix}: <{known[close[0]]}>" if close else ""
