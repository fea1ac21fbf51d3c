"""Expressions as the tokens and groups they are made of: what && joins in them, which variables they name."""

from dataclasses import dataclass

from regin_graph.geosparql.query_tokens import Token, UnreadableQuery


@dataclass
class Parenthesised:
    """Tokens and groups from an opening to its closing parenthesis."""

    parts: list

    def parts_text(self) -> list:
        """Give the parts for an opaque text: tokens as text, groups as they are."""
        return [part.text if isinstance(part, Token) else part for part in self.parts]

    def last_variable(self) -> str:
        """Give the variable after AS."""
        last = self.parts[-2]
        if not (isinstance(last, Token) and last.kind == "variable"):
            raise UnreadableQuery("an expression that is not given a variable")
        return last.text[1:]


def conjuncts(parts: list) -> list[list]:
    """Give the parts of an expression that && joins; one where || or nothing joins them at the top."""
    depth, found, current = 0, [], []
    for part in parts:
        word = part.word if isinstance(part, Token) else ""
        depth += (word == "(") - (word == ")")
        if word == "||" and not depth:
            return [parts]
        if word == "&&" and not depth:
            found.append(current)
            current = []
        else:
            current.append(part)
    found.append(current)
    if len(found) > 1 or not wrapped(current):
        return [inner for part in found for inner in (conjuncts(part) if wrapped(part) else [part])] if len(found) > 1 else found
    return conjuncts(current[1:-1])


def wrapped(parts: list) -> bool:
    """Tell whether one pair of parentheses goes round all parts."""
    if len(parts) < 2 or not isinstance(parts[0], Token) or parts[0].word != "(":
        return False
    depth = 0
    for number, part in enumerate(parts):
        word = part.word if isinstance(part, Token) else ""
        depth += (word == "(") - (word == ")")
        if not depth:
            return number == len(parts) - 1
    return False


def mentioned(parts: list) -> set[str]:
    """Give the variables an expression names, those in its groups not counted."""
    return {part.text[1:] for part in parts if isinstance(part, Token) and part.kind == "variable"}
