"""Renew the digests of the fields of practices: `python tests/data/practice_digests.py <practice>…`, after a change made on purpose."""

import hashlib
import json
import sys
from pathlib import Path

import yaml

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "data"
DIGESTS = HERE / "practice_digests.yml"
HEADER = """\
# What each field of each practice says and which sources say it, as a digest, made when the records were compared with the
# collected sources field by field; `finding` are the findings of its evaluations. A change that is meant is renewed with
# python tests/data/practice_digests.py <practice>
"""


def digest(content) -> str:
    """Give a short digest of the texts, values and sources of a field; the order of a list says nothing."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()[:12]


def canonical(content) -> str:
    if isinstance(content, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{canonical(content[key])}" for key in sorted(content)) + "}"
    if isinstance(content, list):
        return "[" + ",".join(sorted(canonical(one) for one in content)) + "]"
    return json.dumps(content, ensure_ascii=False)


def digests_of(practice: dict, evaluations: list[dict]) -> dict[str, str]:
    """Give field → digest for a practice and the evaluations that assess it."""
    found = {field: digest(content) for field, content in practice.items() if field != "id"}
    findings = [finding for evaluation in evaluations if evaluation["assesses"] == practice["id"] for finding in evaluation["finding"]]
    return found | ({"finding": digest(findings)} if findings else {})


def renew(names: list[str]) -> None:
    """Write the digests of the practices named, as their records are now."""
    known = yaml.safe_load(DIGESTS.read_text("utf-8")) if DIGESTS.exists() else {}
    evaluations = [yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader) for path in sorted((DATA / "evaluations").glob("*.yml"))]
    for name in names:
        practice = yaml.load((DATA / "practices" / f"{name}.yml").read_text("utf-8"), Loader=yaml.BaseLoader)
        known[name] = digests_of(practice, evaluations)
    DIGESTS.write_text(HEADER + yaml.safe_dump(known, sort_keys=True, allow_unicode=True), "utf-8")


if __name__ == "__main__":
    renew(sys.argv[1:])
