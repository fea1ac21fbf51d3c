"""Give a digest of what each field of a practice says, and renew it after a change that was meant.

    python tests/data/practice_digests.py <practice>…
"""

import hashlib
import json
import sys
from pathlib import Path

import yaml

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"
DIGESTS = HERE / "practice_digests.yml"
HEADER = """\
# What each field of each practice says and which sources say it, as a digest, made when the records were compared
# with the collected sources field by field; `finding`: the findings of its evaluations. After a change that is meant:
# python tests/data/practice_digests.py <practice>
"""


def digest(content) -> str:
    """Give a short digest of the texts, values and sources of a field; the order of a list says nothing."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()[:12]


def canonical(content) -> str:
    """Give the content as text, whatever the order of its lists and keys."""
    if isinstance(content, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{canonical(content[key])}" for key in sorted(content)) + "}"
    if isinstance(content, list):
        return "[" + ",".join(sorted(canonical(one) for one in content)) + "]"
    return json.dumps(content, ensure_ascii=False)


def digests_of(practice: dict, evaluations: list[dict]) -> dict[str, str]:
    """Give field → digest for a practice and the evaluations that assess it."""
    found = {field: digest(content) for field, content in practice.items() if field != "id"}
    own = [evaluation for evaluation in evaluations if evaluation["assesses"] == practice["id"]]
    findings = [finding for evaluation in own for finding in evaluation["finding"]]
    return found | ({"finding": digest(findings)} if findings else {})


def read(path: Path) -> dict:
    """Give the content of a record file with every value as text."""
    return yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)


def renew(names: list[str]) -> None:
    """Write the digests of the practices named, as their records are now."""
    known = yaml.safe_load(DIGESTS.read_text("utf-8")) if DIGESTS.exists() else {}
    evaluations = [read(path) for path in sorted((DATA / "evaluations").glob("*.yml"))]
    for name in names:
        known[name] = digests_of(read(DATA / "practices" / f"{name}.yml"), evaluations)
    DIGESTS.write_text(HEADER + yaml.safe_dump(known, sort_keys=True, allow_unicode=True), "utf-8")


if __name__ == "__main__":
    renew(sys.argv[1:])
