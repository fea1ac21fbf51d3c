"""Codes of territories through the versions of their lists: which region a code means in which version.

A code alone means nothing: FI1C3 was Päijät-Häme until NUTS 2021, and is no code of NUTS 2024.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from regin_graph.errors import ReginError

VERSIONS = ("nuts-2016", "nuts-2021", "nuts-2024", "iso-3166-2")


@dataclass(frozen=True)
class Coding:
    """One code of a region in one list. Shape: region (last part of its IRI), list, code, fit (exact, part, …), note."""

    region: str
    list: str
    code: str
    fit: str = "exact"
    note: str = ""


@dataclass(frozen=True)
class Resolution:
    """What a code means. Shape: code, version, region, fit, note, all codes of the region by list."""

    code: str
    version: str
    region: str
    fit: str
    note: str = ""
    codes: dict[str, list[str]] = field(default_factory=dict)

    def as_text(self) -> str:
        """Give the meaning in words."""
        others = "; ".join(f"{name} {', '.join(codes)}" for name, codes in self.codes.items())
        note = f"Note: {self.note}\n" if self.note else ""
        return f"{self.code} in {self.version}: {self.region} (fit: {self.fit})\n{note}Codes of {self.region}: {others}"


class NotResolved(ReginError):
    """A code that means no region of ours in the version asked. `valid_in`: versions in which it does; `instead`: codes of the version asked."""

    def __init__(self, problem: str, repair: str, valid_in: Iterable[str] = (), instead: Iterable[str] = ()):
        super().__init__(problem, repair)
        self.valid_in, self.instead = list(valid_in), list(instead)


def resolve(code: str, version: str, codings: Iterable[Coding]) -> Resolution:
    """Give the region that a code means in a version. Raises: NotResolved.

    >>> paijat_hame = [Coding("paijat-hame", "nuts-2021", "FI1C3"), Coding("paijat-hame", "nuts-2024", "FI1C6")]
    >>> resolve("FI1C6", "nuts-2024", paijat_hame).region
    'paijat-hame'
    >>> resolve("FI1C3", "nuts-2024", paijat_hame)
    Traceback (most recent call last):
    regin_graph.territory.NotResolved: FI1C3 is no code of nuts-2024; it is one of nuts-2021. In nuts-2024 its region has the code FI1C6.
    """
    codings = list(codings)
    if version not in VERSIONS:
        raise NotResolved(f'"{version}" is no list of codes known here.', f"Name one of {', '.join(VERSIONS)}.")
    meant = [coding for coding in codings if coding.code == code]
    if not meant:
        raise NotResolved(f'"{code}" is no code of a region known here, in any version.', "Check the code; regions and their codes stand in data/regions/codings.csv.")
    valid = [coding for coding in meant if coding.list == version]
    if not valid:
        valid_in = sorted({coding.list for coding in meant})
        regions = {coding.region for coding in meant}
        instead = sorted({coding.code for coding in codings if coding.list == version and coding.region in regions})
        repair = f"In {version} its region has the code {', '.join(instead)}." if instead else f"Its region has no code in {version} that is known here."
        raise NotResolved(f"{code} is no code of {version}; it is one of {', '.join(valid_in)}.", repair, valid_in, instead)
    # Where several regions have to do with the unit, the one that it fits exactly is meant.
    coding = min(valid, key=lambda one: (one.fit != "exact", one.region))
    codes: dict[str, list[str]] = {}
    for one in sorted(codings, key=lambda one: (one.list, one.code)):
        if one.region == coding.region:
            codes.setdefault(one.list, []).append(one.code)
    return Resolution(code, version, coding.region, coding.fit, coding.note, codes)


def resolve_anywhere(code: str, codings: Iterable[Coding]) -> Resolution:
    """Give the region that a code means in the newest list that has it. Raises: NotResolved."""
    codings = list(codings)
    lists = [coding.list for coding in codings if coding.code == code and coding.list in VERSIONS]
    # ISO 3166-2 has no versions here, so the newest NUTS comes first.
    ranked = sorted(lists, key=lambda name: (name.startswith("nuts"), name), reverse=True)
    return resolve(code, ranked[0] if ranked else VERSIONS[2], codings)


def resolve_in_release(code: str, version: str | None, release: Path) -> Resolution:
    """Give the region that a code means in a version, or in the newest that has it, by what a release says. Raises: NotResolved, WrongUse."""
    from pyoxigraph import Literal

    from regin_graph.release_rows import open_release, release_rows

    code = code.strip().upper()
    codings = codings_of_rows(release_rows(open_release(release), "codings_of_code", asked=Literal(code)))
    return resolve(code, version.strip().lower(), codings) if version else resolve_anywhere(code, codings)


def read_codings(data: Path) -> list[Coding]:
    """Give the codings of the data folder."""
    with (data / "regions" / "codings.csv").open(encoding="utf-8", newline="") as file:
        return [Coding(row["coding_of"], row["code_list"], row["code"], row["fit"], row["note"]) for row in csv.DictReader(file)]


def codings_of_rows(rows: Iterable[dict]) -> list[Coding]:
    """Give the codings from rows of the query `codings_of_code`: terms with a `value` each."""
    return [
        Coding(_last(row["region"]), _last(row["list"]), row["code"].value, _last(row["fit"]), row["note"].value if row.get("note") else "")
        for row in rows
    ]


def _last(term) -> str:
    return term.value.rpartition("/")[2]
