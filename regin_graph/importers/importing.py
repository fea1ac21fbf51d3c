"""Import a file as a proposal: everything in it is right, or nothing of it is proposed."""

from pathlib import Path

from regin_graph.build.report import Report
from regin_graph.errors import FindingsRemain, WrongUse
from regin_graph.importers.answers import import_answers
from regin_graph.importers.eurostat import import_eurostat
from regin_graph.importers.known_names import read_known_names
from regin_graph.importers.practices import import_practices
from regin_graph.importers.proposal import Proposal
from regin_graph.importers.questions import import_questions
from regin_graph.importers.scores import import_figures, import_scores
from regin_graph.importers.table_file import read_table_file
from regin_graph.settings import BuildSettings

FORMATS = ("mipexr-scores", "mipexr-questions", "mipexr-answers", "outcome-figures", "practices", "eurostat")


def import_file(form: str, path: Path, settings: BuildSettings, table: str = "", version: str = "", source: str = "") -> Proposal:
    """Give the proposal that a file makes. Raises: FindingsRemain with every fault, line and column; WrongUse."""
    read = read_table_file(path)
    proposal = Proposal()
    if not read.findings:
        known = read_known_names(settings.data, settings.ontology)
        if form == "eurostat":
            if not (table and version and source):
                raise WrongUse("a file of Eurostat does not say what it means.", "Name --table, --nuts and --source.")
            proposal = import_eurostat(read, table, version, source, known, settings.data)
        else:
            importer = {"mipexr-scores": import_scores, "mipexr-questions": import_questions, "mipexr-answers": import_answers, "outcome-figures": import_figures, "practices": import_practices}[form]
            proposal = importer(read, known, settings.data)
    if read.findings:
        report = Report()
        report.add(read.findings)
        raise FindingsRemain(report)
    return proposal
