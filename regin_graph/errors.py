"""The errors of the package.

ReginError          every error of ours: place, problem, repair
├─ WrongUse         a folder, file or option that cannot be used (exit code 2)
└─ FindingsRemain   the data do not pass the checks; carries the report (exit code 1)
"""


class ReginError(Exception):
    """An error with the place, the problem and the repair, each a plain sentence."""

    def __init__(self, problem: str, repair: str = "", place: str = ""):
        super().__init__(" ".join(part for part in (f"{place}:" if place else "", problem, repair) if part))
        self.place, self.problem, self.repair = place, problem, repair


class WrongUse(ReginError):
    """A folder, file or option that cannot be used."""


class FindingsRemain(ReginError):
    """The data do not pass the checks; `report` holds every finding."""

    def __init__(self, report):
        super().__init__(f"{report.count('Violation')} violations: nothing was published.", "Repair the findings above.")
        self.report = report
