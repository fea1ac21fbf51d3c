"""Lexing of SPARQL texts: which words stand where, without parsing. Strings, IRIs and comments are told apart from words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urljoin

# Characters of names. Source: SPARQL 1.1 Query Language, 19.8, PN_CHARS_BASE, PN_CHARS_U, VARNAME, PN_CHARS and PLX.
_BASE = "A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
_WORD = _BASE + "_0-9\u00B7\u0300-\u036F\u203F\u2040"
_CODED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_CODE_POINT = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"

# Strings up to their closing quotes. What is never closed is one token as well, or each quote in it would be read to the end again.
_LONG, _LONG_SINGLE = r'"{3}(?:"{0,2}+(?:[^"\\]|\\.))*+', r"'{3}(?:'{0,2}+(?:[^'\\]|\\.))*+"
_SHORT, _SHORT_SINGLE = r'"(?:[^"\\\n\r]|\\.)*+', r"'(?:[^'\\\n\r]|\\.)*+"

# Source: SPARQL 1.1 Query Language, 19.8 (terminals), in the order in which they must be tried.
TOKEN = re.compile(
    rf"""(?P<comment>\#[^\n\r]*)
    |(?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|{_CODE_POINT})*>)
    |(?P<string>{_LONG}\"{{3}}|{_LONG_SINGLE}'{{3}}|(?!"{{3}}|'{{3}})(?:{_SHORT}"|{_SHORT_SINGLE}'))
    |(?P<unclosed>{_LONG}|{_LONG_SINGLE}|{_SHORT}|{_SHORT_SINGLE})
    |(?P<variable>[?$][{_WORD}]+)
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<name>(?:[{_BASE}][{_WORD}.-]*+(?<!\.))?:(?:(?:[{_WORD}:]|{_CODED})(?:(?:[{_WORD}.:-]|{_CODED})*(?:[{_WORD}:-]|{_CODED}))?)?)
    |(?P<run>[{_BASE}_][{_WORD}.-]*+)
    |(?P<open>[{{(\[])
    |(?P<close>[}})\]])
    |(?P<mark>[;,.])""",
    re.VERBOSE | re.DOTALL,
)

CODE_POINT = re.compile(_CODE_POINT)
NAME_CHARACTER = re.compile(f"[{_WORD}-]")
# Where the engine itself reads escapes of characters, or nobody does.
WITH_ESCAPES = {"iri", "string", "unclosed", "comment"}
PART = re.compile(r"[^.-]+|\.")
# What stands between tokens: white space, numbers, operators.
SIGNS = re.compile(r"[ \t\r\n0-9=!<>&|+*/^?~-]*")
UNARY = re.compile(r"[-+!\s]+")
# An IRI that no expression can begin like.
HIERARCHICAL = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*://")
ESCAPE = re.compile(r"""\\(?:[tbnrf"'\\]|u(?P<short>[0-9A-Fa-f]{4})|U(?P<long>[0-9A-Fa-f]{8})|(?P<wrong>))""")

# Prefixes that are known without declaration, in queries and updates.
DEFAULT_PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# Bases on bases make ever longer ones; relative IRIs are not joined to one longer than this.
LONGEST_BASE = 2_000
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

# Beside these functions, what is asked of other hosts.
FLEETING = {"NOW", "RAND", "UUID", "STRUUID", "SERVICE"}


class Token(NamedTuple):
    """A token: its kind, its text, where it starts, and how deep in brackets it stands."""

    kind: str
    text: str
    start: int
    depth: int


def tokens(text: str) -> Iterator[Token]:
    """Give the tokens of a text that matter here, without comments."""
    depth = 0
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind in ("comment", "unclosed"):
            continue
        if kind == "run":
            # Words with dots or hyphens between them are taken in one piece, or each of them would be read to the end of the piece again.
            yield from (Token("mark" if part.group() == "." else "word", part.group(), match.start() + part.start(), depth) for part in PART.finditer(match.group()))
            continue
        if kind == "open":
            yield Token(kind, match.group(), match.start(), depth)
            depth += 1
            continue
        if kind == "close":
            depth = max(0, depth - 1)
        yield Token(kind, match.group(), match.start(), depth)


def first_doubt(text: str, keywords: tuple[str, ...]) -> int | None:
    """Give where a text could be read in another way than by its tokens, so that one of the keywords would stand there unseen; None: nowhere.
    The engine tries alternatives where the standard takes the longest token: `<` as a sign where an IRI could stand, a keyword in the midst of a word.

    >>> first_doubt("SELECT * { ?s <urn:x> 'SERVICE' SERVICE <http://x.example/#> {} }", ("SERVICE",)) is None
    True
    >>> first_doubt("SELECT * { FILTER(?a <'x>') SERVICE <http://x.example/> {} }", ("SERVICE",))
    21
    >>> first_doubt("SELECT * { ?s ?p trueSERVICE <http://x.example/> {} }", ("SERVICE",))
    17
    """
    read_to = 0
    for match in TOKEN.finditer(text):
        if not SIGNS.fullmatch(text, read_to, match.start()):
            return read_to
        if _is_doubtful(match.lastgroup or "", match.group(), keywords):
            return match.start()
        read_to = match.end()
    return None if SIGNS.fullmatch(text, read_to) else read_to


def _is_doubtful(kind: str, text: str, keywords: tuple[str, ...]) -> bool:
    if kind == "iri":
        # No expression can begin with http://, so only other IRIs could be read as a comparison and what follows.
        return ("'" in text or "#" in text) and not HIERARCHICAL.match(text)
    if kind == "string":
        return any(escape["wrong"] is not None or not _is_character(escape["short"] or escape["long"] or "0") for escape in ESCAPE.finditer(text))
    if kind == "name":
        prefix = text.partition(":")[0].upper()
        return any(keyword in prefix for keyword in keywords)
    if kind == "run":
        return any(keyword in part.upper() and keyword != part.upper() for part in PART.findall(text) for keyword in keywords)
    return kind == "unclosed"


def words(text: str) -> set[str]:
    """Give the bare words of a text in capitals.

    >>> sorted(words("SELECT ?now { ?x :now 'NOW()' } # NOW"))
    ['SELECT']
    """
    return {token.text.upper() for token in tokens(text) if token.kind == "word"}


def nesting(text: str) -> int:
    """Give how deep brackets stand in each other.

    >>> nesting("SELECT * { FILTER(1 = (2)) '((((((' }")
    3
    """
    if text.count("{") + text.count("(") + text.count("[") < 2:
        return text.count("{") + text.count("(") + text.count("[")
    return max((token.depth + 1 for token in tokens(text) if token.kind == "open"), default=0)


def longest_signs(text: str) -> int:
    """Give how many signs stand before one value at most: each is a step of the engine's recursion, as a bracket is.

    >>> longest_signs("SELECT (- - !+1 AS ?x) { ?a ?b '-----' FILTER(?b != -1) } # ------")
    4
    """
    longest, read_to = 0, 0
    for match in TOKEN.finditer(text):
        longest = max(longest, _most_signs(text[read_to:match.start()]))
        read_to = match.end()
    return max(longest, _most_signs(text[read_to:]))


def _most_signs(between: str) -> int:
    return max((sum(not sign.isspace() for sign in run) for run in UNARY.findall(between)), default=0)


def is_fleeting(text: str) -> bool:
    """Tell whether an equal query may answer differently a moment later, as with NOW(), RAND() or SERVICE. Where the text could be
    read in two ways, it may."""
    upper = text.upper()
    if not any(word in upper for word in FLEETING):
        return False
    return not FLEETING.isdisjoint(words(text)) or first_doubt(text, tuple(FLEETING)) is not None


def with_names_written_out(text: str) -> str:
    r"""Give a text with the characters of names and keywords in place of their escapes; they stay in strings and IRIs, where the
    engine reads them. Whatever reads the text afterwards, guards first, reads the same names.
    Source: SPARQL 1.1 Query Language, 19.2.

    >>> with_names_written_out(r'ASK { <\u0078> :\u0070 ?\U00000061 FILTER(?a != "\u0022") }')
    'ASK { <\\u0078> :p ?a FILTER(?a != "\\u0022") }'
    """
    if "\\u" not in text and "\\U" not in text:
        return text
    written, read_to = [], 0
    for match in TOKEN.finditer(text):
        if match.lastgroup in WITH_ESCAPES:
            written += [CODE_POINT.sub(_name_character, text[read_to:match.start()]), match.group()]
            read_to = match.end()
    return "".join([*written, CODE_POINT.sub(_name_character, text[read_to:])])


def _name_character(escape: re.Match) -> str:
    code = escape.group()[2:]
    return chr(int(code, 16)) if _is_character(code) and NAME_CHARACTER.fullmatch(chr(int(code, 16))) else escape.group()


@dataclass(frozen=True)
class Prologue:
    """The prefixes and the base of a query."""

    prefixes: dict[str, str | None]
    base: str | None

    def resolve(self, token: Token) -> str | None:
        """Give the IRI that a token stands for."""
        if token.kind == "iri":
            return _joined(self.base, token.text)
        prefix, _, local = token.text.partition(":")
        namespace = self.prefixes.get(prefix)
        return None if namespace is None else namespace + re.sub(r"\\(.)", r"\1", local)


def read_prologue(text: str, base: str = "") -> tuple[Prologue, Iterator[Token]]:
    """Give the prologue of a text and the tokens that follow it."""
    stream = tokens(text)
    prefixes = dict(DEFAULT_PREFIXES)
    for token in stream:
        keyword = token.text.upper() if token.kind == "word" else ""
        if keyword == "BASE":
            base = _joined(base, next(stream, token).text)
        elif keyword == "PREFIX":
            name, iri = next(stream, token), next(stream, token)
            prefixes[name.text.rstrip(":")] = _joined(base, iri.text)
        elif keyword != "VERSION" and token.kind != "string":
            return Prologue(prefixes, base), _chain(token, stream)
    return Prologue(prefixes, base), stream


def _joined(base: str | None, written: str) -> str | None:
    """Give the IRI that stands written in angle brackets, in full; None when the base is not known or has become too long.
    What is joined has its empty query or fragment still, as the engine's has. Source: RFC 3986, 5.2."""
    iri = CODE_POINT.sub(lambda escape: chr(int(escape.group()[2:], 16)) if _is_character(escape.group()[2:]) else "", written.strip("<>"))
    if base == "" or SCHEME.match(iri):
        return iri
    if base is None or len(base) > LONGEST_BASE:
        return None
    path, hash_sign, fragment = iri.partition("#")
    path, question, query = path.partition("?")
    try:
        if not path:
            base = base.partition("#")[0]
            joined = base.partition("?")[0] if question else base
        else:
            joined = urljoin(base, path)
    except ValueError:
        return None
    return joined + question + query + hash_sign + fragment


def _is_character(code_point: str) -> bool:
    code = int(code_point, 16)
    return code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF


def _chain(first: Token, rest: Iterator[Token]) -> Iterator[Token]:
    yield first
    yield from rest


def dataset_clauses(text: str, base: str = "") -> tuple[list[str], list[str]]:
    """Give the graphs that FROM and FROM NAMED name, as often as they are named.

    >>> dataset_clauses("PREFIX : <urn:x:> SELECT * FROM :a FROM <urn:x:b> FROM NAMED :c WHERE { ?from ?b 'FROM <x>' }")
    (['urn:x:a', 'urn:x:b'], ['urn:x:c'])
    """
    if "from" not in text.lower():
        return [], []
    prologue, stream = read_prologue(text, base)
    default: list[str] = []
    named: list[str] = []
    for token in stream:
        if token.depth == 0 and token.kind == "word" and token.text.upper() == "FROM":
            target, follower = default, next(stream, token)
            if follower.kind == "word" and follower.text.upper() == "NAMED":
                target, follower = named, next(stream, token)
            iri = prologue.resolve(follower) if follower.kind in ("iri", "name") else None
            if iri is not None:
                target.append(iri)
    return default, named
