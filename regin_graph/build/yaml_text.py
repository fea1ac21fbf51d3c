"""YAML read as text: no guessed types, the line of every key kept, all problems of a file named."""

from pathlib import Path

import yaml

from regin_graph.build.record import Located
from regin_graph.build.report import Finding, Place


def read_yaml(path: Path, shown: str) -> tuple[Located | None, list[Finding]]:
    """Give the mapping a YAML file holds, every scalar as text, and what hinders reading it."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return None, [_unreadable(shown, line, "is not UTF-8 text", "Save the file as UTF-8.")]
    except OSError as error:
        return None, [_unreadable(shown, 0, f"cannot be read ({error.strerror})", "Check the file and its rights.")]
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = f"is not valid YAML: {error.problem or error.context}"
        return None, [_unreadable(shown, mark.line + 1 if mark else 0, problem, "Check indentation, quotes, colons.")]
    except yaml.YAMLError as error:
        line = text[: getattr(error, "position", 0)].count("\n") + 1
        return None, [_unreadable(shown, line, "holds a character YAML forbids", "Remove the control character.")]
    if not isinstance(node, yaml.MappingNode):
        return None, [_unreadable(shown, 1, "holds no fields", "Write `field: value` lines, `id:` first.")]
    findings: list[Finding] = []
    return _plain(node, shown, findings), findings


def _plain(node, shown: str, findings: list[Finding]):
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, shown, findings) for item in node.value]
    mapping = Located(node.start_mark.line + 1)
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in mapping:
            problem = f'field "{key}" stands twice (first in line {mapping.lines[key]}).'
            findings.append(
                Finding(Place(shown, line, key), "Violation", "duplicate-field", problem, "Keep one of the two.")
            )
            continue
        mapping[key] = _plain(value_node, shown, findings)
        mapping.lines[key] = line
    return mapping


def _unreadable(shown: str, line: int, problem: str, repair: str) -> Finding:
    return Finding(Place(shown, line), "Violation", "unreadable-file", f"the file {problem}.", repair)
