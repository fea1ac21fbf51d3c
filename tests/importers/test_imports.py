"""Imports: what is right becomes a proposal, what is wrong is told cell by cell, and nothing is half imported."""

import csv
import io
import shutil

import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from regin_graph.build.record import Record
from regin_graph.build.record_types import read_record_types
from regin_graph.build.records import read_record_file
from regin_graph.cli import main
from regin_graph.errors import FindingsRemain, WrongUse
from regin_graph.importers.columns import MAPPINGS, read_mapping
from regin_graph.importers.importing import FORMATS, import_file
from regin_graph.importers.known_names import read_known_names
from regin_graph.settings import BuildSettings

SETTINGS = BuildSettings()
SCORES = "Region,Dimension,Edition,Score,State,Source\n"
BULK = "freq,unit,sex,age,geo\\TIME_PERIOD\t2018 \t2019 \n"
SDMX = "DATAFLOW,LAST UPDATE,freq,unit,sex,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG\n"
EUROSTAT = {"table": "tgs00010", "version": "nuts-2021", "source": "eurostat-ogde"}


def imported(tmp_path, form: str, text: str, name: str = "file.csv", **options):
    """Give the proposal for a file with this text."""
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return import_file(form, path, SETTINGS, **options)


def refused(tmp_path, form: str, text: str, name: str = "file.csv", **options) -> list[str]:
    """Give the findings of a file that is not imported, one line each."""
    with pytest.raises(FindingsRemain) as error:
        imported(tmp_path, form, text, name, **options)
    return [str(finding) for finding in error.value.report.findings]


def proposed_rows(proposal, table: str) -> dict[str, dict]:
    """Give the rows of a proposed table by id."""
    return {row["id"]: row for row in csv.DictReader(io.StringIO(proposal.files[table]))}


def test_scores_become_rows_and_a_difference_in_words(tmp_path):
    proposal = imported(tmp_path, "mipexr-scores", SCORES + "Açores,mipexr-overall/overall,policy-briefs,64,published,cidob-policy-briefs\nCatalogne,formulation,policy-briefs,55.5,published,cidob-policy-briefs\n")
    rows = proposed_rows(proposal, "observations/mipexr_scores.csv")
    assert rows["policy-briefs.catalonia.formulation"]["dimension"] == "mipexr-policy-cycle/formulation"
    assert rows["policy-briefs.azores.overall"]["score"] == "64" and rows["website-prototype.azores.overall"]["score"] == "56"
    assert "changed policy-briefs.azores.overall: score 63 → 64" in proposal.as_text() and "1 added, 1 changed, 0 unchanged" in proposal.as_text()


def test_what_is_there_already_is_no_change(tmp_path):
    proposal = imported(tmp_path, "mipexr-scores", SCORES + "azores,mipexr-overall/overall,website-prototype,56,preliminary,seed-004\n")
    assert not proposal.files and proposal.unchanged == 1


def test_every_wrong_cell_is_told_and_nothing_is_imported(tmp_path):
    lines = refused(tmp_path, "mipexr-scores", SCORES + 'azores,mipexr-overall/overall,policy-briefs,64,published,seed-004\nKatalon,formulatio,2031,"55,5",final,nobody\nazores,mipexr-overall/overall,policy-briefs,200,,seed-004\n')
    told = {line.split(": ")[1] for line in lines}
    assert told == {f"file.csv:3 {column}" for column in ("region", "dimension", "edition", "score", "state", "source")} | {"file.csv:4 score", "file.csv:4 state"}
    assert any("Did you mean mipexr-policy-cycle/formulation" in line for line in lines)


def test_a_missing_score_is_never_zero(tmp_path):
    assert "file.csv:2 score: the cell is empty" in refused(tmp_path, "mipexr-scores", SCORES + "azores,mipexr-overall/overall,policy-briefs,,published,seed-004\n")[0]


def test_columns_and_rows_that_do_not_fit_are_told(tmp_path):
    lines = refused(tmp_path, "mipexr-scores", "Region,Colour\nazores,red\n")
    assert any('"Colour" is not known' in line for line in lines) and any('"score" is missing' in line for line in lines)
    row = "azores,mipexr-overall/overall,policy-briefs,64,published,seed-004\n"
    assert ":3" in refused(tmp_path, "mipexr-scores", SCORES + row + row)[0]


def test_figures_become_rows(tmp_path):
    text = "region,area,indicator,indicator text,sex,value,unit,period,dataset,source\nSkåne,SE224,panel-pop,population,female,700000,persons,2020-01-01,Example table,eurostat-ogde\n"
    rows = proposed_rows(imported(tmp_path, "outcome-figures", text), "observations/context_figures.csv")
    assert rows["skane.se224.panel-pop.total-population.f.2020-01-01"] | {"value": "700000", "sex": "F", "cube": "context-figures"} == rows["skane.se224.panel-pop.total-population.f.2020-01-01"]


@pytest.mark.parametrize(("text", "name"), [
    (BULK + "A,PC,T,Y_GE15,PT20\t8.6 \t7.9 b\nA,PC,T,Y_GE15,FR10\t8.6 \t7.9\nA,PC,F,Y_GE15,ES51\t: \t:c\n", "tgs00010.tsv"),
    (SDMX + "E:T,x,A,PC,T,PT20,2018,8.6,\nE:T,x,A,PC,T,PT20,2019,7.9,b\nE:T,x,A,PC,T,FR10,2019,7.9,\nE:T,x,A,PC,F,ES51,2019,,c\n", "tgs00010.csv"),
])
def test_eurostat_in_both_forms_gives_the_same_figures(tmp_path, text, name):
    proposal = imported(tmp_path, "eurostat", text, name, **EUROSTAT)
    rows = {key: row for key, row in proposed_rows(proposal, "observations/context_figures.csv").items() if row["dataset_text"] == "Eurostat tgs00010" and key.startswith("azores.pt20.panel-unemp-total.total-population.t")}
    assert {key[-4:]: row["value"] for key, row in rows.items()} == {"2018": "8.6", "2019": "7.9"}
    assert rows["azores.pt20.panel-unemp-total.total-population.t.2019"]["note"] == "break in time series"
    assert proposal.passed_over >= 2


def test_a_code_of_another_version_is_refused(tmp_path):
    lines = refused(tmp_path, "eurostat", BULK + "A,PC,T,Y_GE15,FI1C3\t8.6 \t8\n", "t.tsv", **(EUROSTAT | {"version": "nuts-2024"}))
    assert "t.tsv:2 geo: FI1C3 is no code of nuts-2024" in lines[0] and "FI1C6" in lines[0]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "freq,unit\\TIME_PERIOD\t2019\nA,PC\t1\n", BULK + "A,PC,T,PT20\t1\t2\n", BULK + "A,PC,T,Y_GE15,PT20\tmany\t2\n", BULK + "A,PC,T,Y1,PT20\t1\t2\nA,PC,T,Y2,PT20\t1\t2\n"])
def test_files_of_eurostat_that_are_not_understood_are_told(tmp_path, text):
    assert refused(tmp_path, "eurostat", text, "t.tsv", **EUROSTAT)


def test_a_file_of_eurostat_needs_its_meaning(tmp_path):
    for options in ({}, EUROSTAT | {"table": "nobody"}, EUROSTAT | {"source": "nobody"}):
        with pytest.raises(WrongUse):
            imported(tmp_path, "eurostat", BULK + "A,PC,T,Y_GE15,PT20\t1\t2\n", "t.tsv", **options)


def test_practices_of_a_workbook_become_records_that_the_build_reads(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["id", "Title", "Region", "Topic", "Short description", "Partners", "Start", "Language", "Source"])
    book.active.append(["azores-example", "Exemplo: um", "Açores", "health; housing", "O que se faz.", "p-azores", "2019-06", "pt", "seed-001"])
    book.save(tmp_path / "practices.xlsx")
    proposal = import_file("practices", tmp_path / "practices.xlsx", SETTINGS)
    path = proposal.write(tmp_path / "out")[0]
    fields = yaml.safe_load(path.read_text("utf-8"))
    assert path.name == "azores-example.yml" and fields["title"] == {"pt": "Exemplo: um", "source": ["seed-001"]} and fields["topic"]["value"] == ["health", "housing"]
    kind = read_record_types(SETTINGS.data)["practices"]
    assert [type(one) for one in read_record_file(path, kind, SETTINGS.base_iri, tmp_path)] == [Record]


FULL = {
    "id": "azores-example", "Title of the activity": "An example", "region": "Açores", "country": "PT", "web page": "https://example.org/x", "region named": "Azores",
    "link with REGIN": "presented", "link with REGIN text": "shown at a meeting", "other regions": "Skåne; Puglia", "Needs / gaps identified": "Housing", "Objective": "Homes",
    "topic": "housing; health", "Short description": "Homes are found.", "Partenariat / acteurs impliqués": "lund-university (evaluator, expert); cpmr", "region's involvement": "direct",
    "region's role": "leader; funding", "region's role text": "leads and pays", "target groups": "refugees; families", "Beneficiaries": "Families who arrived", "phases of beneficiaries": "design",
    "start": "2019-06", "end": "2021", "Duration": "two years", "Specific location": "Two islands", "scale": "regional", "other initiatives": "A national plan", "part of": "skane-nad",
    "strategy": "The plan", "Budget": "a first sum", "budget amount": "120000.50", "budget currency": "eur", "budget from": "2019", "budget to": "2020", "budget frequency": "annual",
    "budget state": "kept", "Funding / financial instruments": "from two funds", "funding instruments": "amif; regional", "Outputs / Achievements": "- 40 homes\n- a guide",
    "outputs meet objective": "partly", "issues": "Few homes", "lessons": "Ask early\nAsk often", "evaluation": "an evaluation is planned", "evaluation kind": "planned",
    "evaluation by": "Lund University", "replication": "A list of owners", "transfer kind": "replication", "Contact details": "Regional housing office", "contact page": "https://example.org/c",
    "note": "An example.", "language": "en", "source": "seed-001",
}


def test_every_field_of_the_template_becomes_a_field_of_the_record(tmp_path):
    text = io.StringIO()
    writer = csv.DictWriter(text, FULL)
    writer.writeheader()
    writer.writerow(FULL)
    proposal = imported(tmp_path, "practices", text.getvalue())
    path = proposal.write(tmp_path / "out")[0]
    fields = yaml.safe_load(path.read_text("utf-8"))
    source = ["seed-001"]
    assert fields["budget"] == [{"id": "budget-1", "text": {"en": "a first sum"}, "amount": "120000.50", "currency": "EUR", "period_start": "2019", "period_end": "2020", "frequency": "annual", "budget_state": "kept", "source": source}]
    assert fields["funding"] == [{"id": "funding-1", "text": {"en": "from two funds"}, "instrument": ["amif", "regional"], "source": source}]
    assert fields["participation"] == [{"id": "participation-lund-university", "actor": "lund-university", "role": ["evaluator", "expert"], "source": source}, {"id": "participation-cpmr", "actor": "cpmr", "source": source}]
    assert fields["evaluation_conducted"] == [{"id": "evaluation-1", "text": {"en": "an evaluation is planned"}, "kind": ["planned"], "by": "Lund University", "source": source}]
    assert fields["output"] == {"en": ["40 homes", "a guide"], "source": source} and fields["part_of"]["value"] == "skane-nad" and fields["other_region"]["value"] == ["skane", "puglia"]
    kind = read_record_types(SETTINGS.data)["practices"]
    assert list(fields)[1:] == [name for name in kind.fields if name in fields] and {column.field.partition(".")[0] for column in read_mapping("practices")} - {"id", "language", "source"} <= set(fields) | {"inspired_by", "follows", "complements"}
    assert [type(one) for one in read_record_file(path, kind, SETTINGS.base_iri, tmp_path)] == [Record]


def test_the_template_is_covered(tmp_path):
    known = read_known_names(SETTINGS.data, SETTINGS.ontology)
    assert {column.template for column in read_mapping("practices")} - {""} == known["concept template-field"].identifiers
    lines = refused(tmp_path, "practices", "id,Title,Titre de l'activité,region,topic,short description,source,Title of the activity\na,b,c,skane,health,d,seed-001,e\n")
    assert any("mean the same" in line for line in lines)


QUESTIONS = "id,question,dimensions,option,points,source\n"


def test_questions_with_their_options_become_rows_and_can_then_be_answered(tmp_path):
    text = QUESTIONS + (
        "mr-17,Is there a plan?,formulation;tcn,yes,100,seed-004\nmr-17,Is there a plan?,formulation;tcn,no,0,seed-004\n"
        'ind-01,Other words,,"yes, systematically/regularly",100,seed-004\nind-01,Other words,,maybe,25,seed-004\n'
    )
    proposal = imported(tmp_path, "mipexr-questions", text)
    questions, options = proposed_rows(proposal, "indicators/policy_indicators.csv"), list(csv.DictReader(io.StringIO(proposal.files["indicators/answer_options.csv"])))
    assert questions["mr-17"]["dimension"] == "mipexr-policy-cycle/formulation;mipexr-target-group/tcn" and questions["mr-17"]["axis_basis"] == "stated"
    assert [(one["option_of"], one["id"], one["points"]) for one in options] == [
        ("ind-01", "option-1", "100"), ("ind-01", "option-2", "50"), ("ind-01", "option-3", "0"), ("mr-17", "option-1", "100"), ("mr-17", "option-2", "0"), ("ind-01", "option-4", "25"),
    ]
    data = tmp_path / "data"
    shutil.copytree(SETTINGS.data, data)
    proposal.write(data)
    answers = tmp_path / "answers.csv"
    answers.write_text("Region,Edition,Question,Answer,Source\nskane,2021-01-preliminary,Is there a plan?,no,seed-004\n")
    answered = import_file("mipexr-answers", answers, BuildSettings(data=data))
    assert proposed_rows(answered, "observations/reviewed_answers.csv")["2021-01-preliminary.skane.mr-17"]["chosen_option"] == "mr-17/option-2"


def test_questions_that_contradict_themselves_are_told(tmp_path):
    lines = refused(tmp_path, "mipexr-questions", QUESTIONS + "mr-1,A?,,yes,100,seed-004\nmr-1,B?,,no,0,seed-004\nmr-2,C?,,yes,100,seed-004\nmr-3,D?,,yes,100,seed-004\nmr-3,D?,,Yes,50,seed-004\nmr-4,E?,magic,yes,500,seed-004\n")
    told = {line.split(": ")[1] for line in lines}
    assert told >= {"file.csv:3", "file.csv:4 option", "file.csv:6 option", "file.csv:7 dimensions", "file.csv:7 points"}


ANSWERS = "Region,Edition,Question,Target group,Expert,Answer,Reason,Agreement,Justification,Source\n"


def test_answers_of_experts_and_the_reviewed_ones_become_rows(tmp_path):
    text = ANSWERS + (
        'Skåne,2021-01-preliminary,ind-01,,1,"yes, systematically/regularly",,,A plan.,seed-004\nskane,2021-01-preliminary,ind-01,,2,50,,,,seed-004\n'
        "skane,2021-01-preliminary,ind-01,,,option-1,,settled-by-review,,seed-004\nazores,2021-01-preliminary,top-01,TCN,,,no-answer,,,seed-004\n"
    )
    proposal = imported(tmp_path, "mipexr-answers", text)
    experts, reviewed = proposed_rows(proposal, "observations/expert_answers.csv"), proposed_rows(proposal, "observations/reviewed_answers.csv")
    assert {row["expert_code"]: row["chosen_option"] for row in experts.values()} == {"expert-1": "ind-01/option-1", "expert-2": "ind-01/option-2"}
    settled = reviewed["2021-01-preliminary.skane.ind-01"]
    assert settled["review_of"].split(";") == sorted(experts) and settled["agreement"] == "settled-by-review" and settled["chosen_option"] == "ind-01/option-1"
    missing = reviewed["2021-01-preliminary.azores.top-01.tcn"]
    assert (missing["chosen_option"], missing["missing_reason"], missing["dimension"]) == ("", "no-answer", "mipexr-target-group/tcn")
    assert "4 added" in proposal.as_text()


def test_answers_that_cannot_be_are_told(tmp_path):
    row = "skane,2021-01-preliminary,ind-01"
    text = ANSWERS + (
        f"{row},,1,33,,,,seed-004\n{row},,2,100,no-answer,,,seed-004\n{row},formulation,3,100,,,,seed-004\n{row},,A. Person,100,,,,seed-004\n{row},,4,,,,,seed-004\n"
        f"{row},,5,100,,agreed,,seed-004\nskane,2021-01-preliminary,top-01,,6,yes,,,,seed-004\n{row},,7,100,,,,seed-004\n{row},,8,0,,,,seed-004\n{row},,,100,,agreed,,seed-004\n{row},,8,0,,,,seed-004\n"
    )
    lines = refused(tmp_path, "mipexr-answers", text)
    told = {line.split(": ")[1] for line in lines}
    assert told == {"file.csv:2 answer", "file.csv:3 answer", "file.csv:4 target group", "file.csv:5 expert", "file.csv:6 answer", "file.csv:7 agreement", "file.csv:8 answer", "file.csv:11 agreement", "file.csv:12"}


def test_a_practice_that_exists_is_kept(tmp_path):
    text = "id,title,region,topic,short description,source\nskane-nad,x,skane,health,y,seed-001\n"
    proposal = imported(tmp_path, "practices", text)
    assert not proposal.files and "kept skane-nad" in proposal.as_text()


def test_practices_with_unknown_names_are_told(tmp_path):
    text = "id,title,region,topic,short description,partners,start,source\nBad Id,x,Atlantis,magic,y,Nobody Ltd,soon,seed-001\n"
    columns = {line.split(": ")[1].split(" ", 1)[1] for line in refused(tmp_path, "practices", text)}
    assert columns == {"id", "region", "topic", "partners", "start"}


def test_the_command_writes_a_proposal_or_nothing(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(SETTINGS.data, data)
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(SCORES + "skane,mipexr-overall/overall,policy-briefs,12,published,seed-004\n", "utf-8")
    bad.write_text(good.read_text() + "skane,mipexr-overall/overall,policy-briefs,many,published,seed-004\n", "utf-8")
    before = (data / "observations" / "mipexr_scores.csv").read_text()
    told = CliRunner().invoke(main, ["import", "mipexr-scores", str(bad), "--data", str(data), "--accept"])
    assert told.exit_code == 1 and "bad.csv:3 score" in told.output and (data / "observations" / "mipexr_scores.csv").read_text() == before
    told = CliRunner().invoke(main, ["import", "mipexr-scores", str(good), "--data", str(data), "--out", str(tmp_path / "proposal")])
    assert told.exit_code == 0 and (tmp_path / "proposal" / "observations" / "mipexr_scores.csv").exists() and (data / "observations" / "mipexr_scores.csv").read_text() == before
    told = CliRunner().invoke(main, ["import", "mipexr-scores", str(good), "--data", str(data), "--accept"])
    assert told.exit_code == 0 and (data / "observations" / "mipexr_scores.csv").read_text().startswith(before)


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "eurostat"])
def test_every_mapping_table_explains_every_column(form):
    assert (MAPPINGS / f"{form}.csv").exists()
    for column in read_mapping(form):
        assert column.field and column.kind and (column.help or column.kind == "fixed")
