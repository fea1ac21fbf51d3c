"""Findings lead to their files from wherever the command is run."""

from pathlib import Path

from regin_graph.build.report import Finding, Place, Report


def finding(file: str) -> Finding:
    """Give a finding about line 3 of a file."""
    return Finding(Place(file, 3, "title"), "Violation", "rule", "a problem.", "A repair.")


def test_the_path_leads_from_the_working_folder_to_the_file(tmp_path, monkeypatch):
    record = tmp_path / "other" / "data" / "practices" / "one.yml"
    record.parent.mkdir(parents=True)
    record.write_text("id: one\n")
    report = Report(root=tmp_path / "other")
    report.add([finding("data/practices/one.yml"), finding("data/practices/gone.yml")])
    for folder, expected in ((tmp_path / "other", "data/practices/one.yml"), (tmp_path, "other/data/practices/one.yml"), (Path("/"), None)):
        monkeypatch.chdir(folder)
        shown = report.as_text().splitlines()[1].split(": ")[1].rpartition(":")[0]
        assert Path(shown).resolve() == record.resolve() and expected in (None, shown)
    assert "data/practices/gone.yml:3" in report.as_text()
    assert '"file": "data/practices/one.yml"' in report.as_json()


def test_without_a_root_places_stand_as_they_are():
    report = Report()
    report.add([finding("table.xlsx")])
    assert "table.xlsx:3 title" in report.as_text()
