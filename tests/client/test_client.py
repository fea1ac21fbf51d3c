"""The client over a real server: frames with the right types, and the server's own words when something is refused."""

import pandas
import pytest

from regin_graph.client import ReginGraph, RequestFailed, read_eurostat
from regin_graph.errors import WrongUse


@pytest.fixture(scope="module")
def graph(server):
    """Give a client of the server."""
    return ReginGraph(server)


def test_columns_have_the_types_of_their_values(graph):
    frame = graph.frame('SELECT ?n ?d ?b ?day ?year ?t ?i ?mixed WHERE { VALUES (?n ?d ?b ?day ?year ?t ?i ?mixed) { (1 2.5 true "2021-03-04"^^xsd:date "2021"^^xsd:gYear "a"@en regin:Region 1) (UNDEF 1e3 UNDEF UNDEF "2022"^^xsd:gYear UNDEF UNDEF 1.5) } }')
    assert [str(kind) for kind in frame.dtypes] == ["Int64", "Float64", "boolean", "datetime64[s]", "string", "string", "string", "Float64"]
    assert frame["n"].isna().tolist() == [False, True] and frame["i"][0] == "https://w3id.org/regin/def/Region"


def test_an_empty_answer_has_its_columns(graph):
    frame = graph.frame("SELECT ?region WHERE { ?region a regin:Nothing }")
    assert list(frame.columns) == ["region"] and frame.empty


@pytest.mark.parametrize(("name", "rows", "types"), [
    ("practices", 59, {"title": "string"}), ("topics", 200, {"topic_name": "string"}), ("regions", 32, {"population": "Int64", "area_km2": "Float64"}),
    ("competences", 50, {"kind_name": "string"}), ("scores", 5, {"score": "Float64"}), ("figures", 290, {"value": "Float64", "area": "string"}),
])
def test_named_frames_are_whole_and_typed(graph, name, rows, types):
    frame = getattr(graph, name)()
    assert len(frame) >= rows and {column: str(frame[column].dtype) for column in types} == types
    assert not frame.duplicated().any()


def test_what_is_not_known_is_missing_and_not_zero(graph):
    regions = graph.regions().set_index("region")
    assert pandas.isna(regions.loc["https://w3id.org/regin/id/region/algarve", "population"]) and (regions["population"].dropna() > 0).all()


def test_names_are_matched_and_codes_resolved(graph):
    found = graph.match(["Katalonien", "Açores", "qqqqqqqq"], kind="Region").set_index("asked")
    assert found.loc["Katalonien", "iri"] == "https://w3id.org/regin/id/region/catalonia" and found.loc["Açores", "certain"] and "qqqqqqqq" not in found.index
    assert graph.resolve("FI1C6")["region"]["id"] == "paijat-hame"
    with pytest.raises(RequestFailed, match="FI1C3 is no code of nuts-2024"):
        graph.resolve("FI1C3", "nuts-2024")


def test_empty_and_missing_names_have_no_row_and_spoil_none(graph):
    found = graph.match(["Lisboa", "", None, pandas.NA, float("nan"), "  ", "Skåne"], kind="Region")
    assert found["asked"].tolist() == ["Lisboa", "Skåne"]
    assert graph.match(pandas.Series(["Skåne", None], index=[7, 9]), kind="Region")["asked"].tolist() == ["Skåne"]
    assert graph.match([]).empty and graph.match([""]).empty


def test_what_gives_no_table_is_told_before_pandas_stumbles(graph):
    for query in ("ASK {}", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 1", "DESCRIBE regin:Region"):
        with pytest.raises(WrongUse, match="no table"):
            graph.frame(query)


def test_a_join_says_what_it_cannot_use_and_keeps_columns_of_both(graph):
    table = pandas.DataFrame({"name": ["Katalonien"], "region": ["ES51"], "value": [1]})
    joined = graph.join_regions(table, "region", "nuts-2021")
    assert joined.drop(columns="region").to_dict("records") == [{"name": "Catalonia", "name_table": "Katalonien", "region_table": "ES51", "value": 1}]
    with pytest.raises(WrongUse, match="no version nuts-2013.*nuts-2016, nuts-2021, nuts-2024"):
        graph.join_regions(table, "region", "nuts-2013")
    with pytest.raises(WrongUse, match="no column geo"):
        graph.join_regions(table, "geo", "nuts-2021")
    for column in ("region", "name"):
        with pytest.raises(WrongUse, match=f"both {column} and {column}_table.*Rename one"):
            graph.join_regions(table.assign(**{f"{column}_table": "x"}), "region", "nuts-2021")


def test_a_table_of_statistics_is_joined(graph, tmp_path):
    path = tmp_path / "table.tsv"
    path.write_text("freq,unit,geo\\TIME_PERIOD\t2018 \t2019 \nA,PC,PT20\t8.6 \t7.9 b\nA,PC,FR10\t1 \t: \nA,PC,ES51\t: c\t10\n", "utf-8")
    table = read_eurostat(path)
    assert len(table) == 4 and table["flags"].tolist().count("b") == 1
    joined = graph.join_regions(table, "geo", "nuts-2021")
    assert sorted(zip(joined["name"], joined["period"], joined["value"], strict=True)) == [("Azores", "2018", 8.6), ("Azores", "2019", 7.9), ("Catalonia", "2019", 10.0)]


def test_refusals_tell_the_servers_own_words(graph, engines):
    for query, place in (("SELECT nothing", "Line 1, column 8"), ("SELECT ?s WHERE {\n  ?s ?p 'it''s \\\\ \"' FILTR(?p)\n}", "Line 2, column ")):
        with pytest.raises(RequestFailed) as refused:
            graph.frame(query)
        # Only the engine that is part of the endpoint is sure to tell the place.
        assert refused.value.problem.startswith(place if engines.name == "embedded" else "")
        assert "Response:" not in refused.value.problem and "b'" not in refused.value.problem
    with pytest.raises(RequestFailed):
        ReginGraph("http://127.0.0.1:9", timeout_s=1).regions()
    with pytest.raises(RequestFailed):
        ReginGraph("http://127.0.0.1:9", timeout_s=1).match(["x"])
