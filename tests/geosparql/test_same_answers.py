"""Rewriting never changes an answer: generated queries with and without the index, over worlds with every oddity."""

from collections import Counter
from functools import cache

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store

from regin_graph.geosparql import (
    CUSTOM_AGGREGATES,
    CUSTOM_FUNCTIONS,
    SpatialIndex,
    candidate_pairs,
    named_nodes,
    prepare,
)

PREFIXES = """PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX geof: <http://www.opengis.net/def/function/geosparql/>
PREFIX uom: <http://www.opengis.net/def/uom/OGC/1.0/>
PREFIX sf: <http://www.opengis.net/ont/sf#>
PREFIX ex: <https://example.org/>
"""
WORLD = """@prefix geo: <http://www.opengis.net/ont/geosparql#> . @prefix sf: <http://www.opengis.net/ont/sf#> . @prefix ex: <https://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:square a ex:Region ; geo:hasGeometry ex:squareG ; geo:hasDefaultGeometry ex:squareG . ex:squareG a sf:Polygon ; geo:asWKT "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"^^geo:wktLiteral .
ex:next a ex:Region ; geo:hasGeometry ex:nextG ; geo:hasDefaultGeometry ex:nextG . ex:nextG a sf:Polygon ; geo:asWKT "<http://www.opengis.net/def/crs/EPSG/0/4326> POLYGON ((0 4, 4 4, 4 8, 0 8, 0 4))"^^geo:wktLiteral .
ex:islands a ex:Region ; geo:hasGeometry ex:islandsG ; geo:hasDefaultGeometry ex:islandsG ; ex:partOf ex:square . ex:islandsG a sf:MultiPolygon ; geo:asWKT "MULTIPOLYGON (((1 1, 2 1, 2 2, 1 2, 1 1)), ((20 20, 21 20, 21 21, 20 21, 20 20)))"^^geo:wktLiteral .
ex:inside a ex:Practice ; ex:kind "a" ; geo:hasGeometry ex:insideG ; geo:hasDefaultGeometry ex:insideG . ex:insideG a sf:Point ; geo:asWKT "POINT (1.5 1.5)"^^geo:wktLiteral .
ex:corner a ex:Practice ; ex:kind "b" ; geo:hasGeometry ex:cornerG ; geo:hasDefaultGeometry ex:cornerG . ex:cornerG a sf:Point ; geo:asWKT "POINT (4 4)"^^geo:wktLiteral .
ex:twin a ex:Practice ; ex:kind "b" ; ex:partOf ex:square ; geo:hasGeometry ex:twinG ; geo:hasDefaultGeometry ex:twinG . ex:twinG geo:asWKT "POINT (1.5 1.5)"^^geo:wktLiteral .
ex:far a ex:Practice ; ex:kind "a" ; geo:hasDefaultGeometry ex:farG . ex:farG geo:asWKT "POINT (60 40)"^^geo:wktLiteral .
ex:shared ex:kind "c" ; geo:hasGeometry ex:insideG .
ex:literal ex:shape "POINT (2 3)"^^geo:wktLiteral ; ex:kind "c" .
ex:beyond geo:hasGeometry ex:beyondG . ex:beyondG geo:asWKT "POLYGON ((179 0, 181 0, 181 2, 179 2, 179 0))"^^geo:wktLiteral .
ex:other ex:partOf ex:inside ; ex:kind 5 .
ex:Region rdfs:subClassOf geo:Feature . ex:hasPlace rdfs:subPropertyOf geo:hasDefaultGeometry .
ex:claim ex:says <<( ex:twin ex:partOf ex:square )>>, <<( ex:other ex:partOf ex:inside )>>, <<( ex:islands ex:partOf ex:far )>> .
ex:placed a ex:Practice ; ex:hasPlace ex:placedG . ex:placedG geo:asGeoJSON "{\\"type\\": \\"Point\\", \\"coordinates\\": [1, 3]}"^^geo:geoJSONLiteral .
"""
ODD = """ex:two a ex:Practice ; geo:hasGeometry ex:twoG1, ex:twoG2 ; geo:hasDefaultGeometry ex:twoG1 . ex:twoG1 geo:asWKT "POINT (3 3)"^^geo:wktLiteral ; geo:asGML "<gml:Point xmlns:gml='http://www.opengis.net/gml'><gml:pos>3 3</gml:pos></gml:Point>"^^geo:gmlLiteral .
ex:twoG2 geo:asWKT "POINT (6 1)"^^geo:wktLiteral, "LINESTRING (-1 2, 5 2)"^^geo:wktLiteral .
ex:empty geo:hasGeometry ex:emptyG . ex:emptyG geo:asWKT "POINT EMPTY"^^geo:wktLiteral . ex:broken geo:hasGeometry ex:brokenG . ex:brokenG geo:asWKT "POINT (1"^^geo:wktLiteral .
ex:void geo:hasGeometry ex:voidG ; geo:hasDefaultGeometry ex:voidG . ex:voidG geo:asWKT ""^^geo:wktLiteral .
ex:text geo:hasGeometry ex:textG . ex:textG geo:asWKT "POINT (1 1)", 7 .
"""
ELSEWHERE = 'ex:lisbon ex:kind "a" ; geo:hasGeometry ex:lisbonG . ex:lisbonG geo:asWKT "<http://www.opengis.net/def/crs/EPSG/0/3857> POINT (166970 166990)"^^geo:wktLiteral .\n'
BLANK = 'ex:nameless ex:kind "b" ; geo:hasGeometry [ geo:asWKT "POINT (2 2)"^^geo:wktLiteral ] ; geo:hasDefaultGeometry _:b . _:b geo:asWKT "POINT (3 1)"^^geo:wktLiteral .\n'
STATED = "ex:far geo:sfWithin ex:square . ex:inside geo:sfWithin ex:square .\n"
IN_NAMED_GRAPHS = """ex:inside a ex:Region . ex:twinG a sf:Polygon . ex:cornerG a sf:Point . ex:square a ex:Practice .
ex:twin geo:hasGeometry ex:cornerG . ex:inside geo:hasDefaultGeometry ex:cornerG . ex:square geo:hasGeometry ex:insideG .
ex:hiddenG geo:asWKT "POINT (60 39)"^^geo:wktLiteral .
"""
HIDDEN = 'ex:hidden a ex:Practice ; ex:kind "b" ; geo:hasGeometry ex:hiddenG ; geo:hasDefaultGeometry ex:hiddenG .\n'
HEAD, BODY = WORLD.split("\n", 1)
VARIANTS = {"plain": BODY, "odd": BODY + ODD, "blank": BODY + BLANK, "elsewhere": BODY + ELSEWHERE, "stated": BODY + STATED, "graphs": BODY + HIDDEN, "all": BODY + ODD + BLANK + ELSEWHERE + STATED}


def world(variant: str) -> Store:
    """Give a store with a variant of the world in the default graph and parts of it in two named graphs; of "graphs", some statements are in these only."""
    store = Store()
    text = VARIANTS[variant]
    store.load(f"{HEAD}\n{text}".encode(), format=RdfFormat.TURTLE)
    lines = text.split("\n")
    if variant == "graphs":
        lines += IN_NAMED_GRAPHS.split("\n")
    for name, part in (("one", lines[::2]), ("two", lines[1::2] + lines[:3])):
        turtle = "\n".join([HEAD, f"GRAPH <https://example.org/graph/{name}> {{", *part, "}"])
        store.load(turtle.encode(), format=RdfFormat.TRIG)
    return store


CONSTANTS = ["POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))", "POLYGON ((1 1, 3 1, 3 3, 1 3, 1 1))", "POINT (1.5 1.5)", "LINESTRING (0 0, 5 5)", "POLYGON ((-180 -90, 180 -90, 180 90, -180 90, -180 -90))", "POLYGON EMPTY", "POINT (1", "POLYGON ((178 -1, 182 -1, 182 3, 178 3, 178 -1))"]
FOREIGN = ["<http://www.opengis.net/def/crs/EPSG/0/3857> POLYGON ((0 0, 300000 0, 300000 300000, 0 300000, 0 0))", "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT (4 4)", "<https://example.org/moon> POINT (1 1)"]
RELATIONS = ["sfEquals", "sfDisjoint", "sfIntersects", "sfTouches", "sfCrosses", "sfWithin", "sfContains", "sfOverlaps", "ehMeet", "ehInside", "ehCovers", "ehDisjoint", "rcc8ntpp", "rcc8eq", "rcc8dc", "rcc8ec"]
FEATURES = ["ex:square", "ex:inside", "ex:islands", "ex:squareG", "ex:twinG", "ex:two", "ex:nowhere"]

constants = st.sampled_from(CONSTANTS * 3 + FOREIGN).map(lambda text: f'"{text}"^^geo:wktLiteral')
number = st.sampled_from(["0", "1", "1.5", "50000", "1e6", "200000.5", '"300000"^^<http://www.w3.org/2001/XMLSchema#double>'])
units = st.sampled_from(["uom:metre", "uom:kilometre", "uom:degree", "uom:radian", "uom:unity", "ex:ell"])


@st.composite
def conditions(draw, variables):
    """Give a spatial condition of a filter over some variables."""
    one = f"?{draw(st.sampled_from(variables))}"
    other = draw(st.one_of(constants, constants, st.sampled_from(variables).map("?{}".format)))
    if draw(st.booleans()):
        one, other = other, one
    kind = draw(st.integers(0, 9))
    if kind < 6:
        return f"geof:{draw(st.sampled_from(RELATIONS))}({one}, {other})"
    if kind < 7:
        return f'geof:relate({one}, {other}, "{draw(st.sampled_from(["T********", "FF*FF****", "T*****FF*", "*********", "bad"]))}")'
    if kind < 8:
        sign = draw(st.sampled_from(["<", "<=", ">", "="]))
        call = f"geof:distance({one}, {other}, {draw(units)})"
        return f"{call} {sign} {draw(number)}" if draw(st.booleans()) else f"{draw(number)} > {call}"
    if kind < 9:
        return f"geof:metricDistance({one}, {other}) <= {draw(number)}"
    return draw(st.sampled_from([f"!geof:sfWithin({one}, {other})", f"geof:sfWithin({one}, {other}) || bound(?k1)", f"geof:sfIntersects({one}, {other}) = true", f"isLiteral({one})"]))


@st.composite
def blocks(draw, tag: str):
    """Give a basic graph pattern and the geometry variables it binds."""
    f, g, w = f"?f{tag}", f"?g{tag}", f"?w{tag}"
    kind = draw(st.sampled_from([0, 0, 1, 1, 1, 2, 2, *range(3, 15)]))
    more = draw(st.sampled_from(["", "", f"{f} ex:kind ?k{tag} .", f"{f} a ex:Practice .", f"{f} a ex:Region .", f"{g} a sf:Polygon .", f"{f} ex:partOf ?o{tag} .", f"{f} ex:kind 'a' .", f"{f} ex:kind 'b' ; a ex:Practice .", f"{f} ex:partOf ex:square .", f"ex:islands ex:partOf {f} ."]))
    patterns = {
        0: f"{f} geo:hasGeometry {g} . {g} geo:asWKT {w} . {more}", 1: f"{f} geo:hasGeometry {g} . {g} geo:asWKT {w} .", 2: f"{f} geo:hasGeometry/geo:asWKT {w} .",
        3: f"{g} geo:asWKT {w} .", 4: f"{f} geo:hasDefaultGeometry {g} . {g} geo:asWKT {w} . {more}", 5: f"{f} ?p{tag} {w} .", 6: f"{draw(st.sampled_from(FEATURES))} geo:hasGeometry {g} . {g} geo:asWKT {w} .",
        7: f"ex:squareG geo:asWKT {w} .", 8: f"{f} geo:hasGeometry [ geo:asWKT {w} ] ; ex:kind ?k{tag} .", 9: f"{f} geo:hasGeometry {g} . {g} geo:asWKT {w} ; a ?t{tag} .",
        10: f"{f} geo:hasGeometry/(geo:asWKT|geo:asGML) {w} .", 11: f"?x{tag} ex:partOf*/geo:hasGeometry {g} . {g} geo:asWKT {w} .", 12: f"{f} geo:hasGeometry _:b{tag} . _:b{tag} geo:asWKT {w} . {more.replace(g, f)}",
        13: f"{f} ex:shape {w} ; ex:kind ?k{tag} .", 14: f"?c{tag} ex:says <<( {f} ex:partOf ?o{tag} )>> . {f} geo:hasGeometry {g} . {g} geo:asWKT {w} .",
    }
    return patterns[kind], [f"w{tag}"]


@st.composite
def groups(draw, depth: int = 2, tag: str = "1", outer=()):
    """Give the inside of a group graph pattern with filters and nested parts."""
    parts, variables = [], []
    for number_ in range(draw(st.integers(1, 2))):
        text, bound = draw(blocks(f"{tag}{number_}" if number_ else tag))
        parts.append(text)
        variables += bound
    for _ in range(draw(st.integers(0, 2)) if depth else 0):
        inner, inner_variables = draw(groups(depth - 1, tag + draw(st.sampled_from(["x", "y", ""])), tuple(variables)))
        parts.append(draw(st.sampled_from([
            f"OPTIONAL {{ {inner} }}", f"MINUS {{ {inner} }}", f"{{ {inner} }}", f"{{ {inner} }} UNION {{ {draw(blocks(tag))[0]} }}", f"FILTER EXISTS {{ {inner} }}", f"FILTER NOT EXISTS {{ {inner} }}",
            f"GRAPH ?graph {{ {inner} }}", f"GRAPH <https://example.org/graph/one> {{ {inner} }}", f"{{ SELECT * {{ {inner} }} }}", f"{{ SELECT DISTINCT ?f{tag} ?w{tag} {{ {inner} }} }}", f"{{ SELECT (COUNT(DISTINCT *) AS ?m{tag}) {{ {inner} }} }}",
            f"{{ SELECT ?f{tag} (COUNT(*) AS ?n{tag}) {{ {inner} }} GROUP BY ?f{tag} }}", f"LATERAL {{ {inner} }}", f'BIND("POINT (1 1)"^^geo:wktLiteral AS ?v{tag}{len(parts)})',
            f"VALUES ?f{tag} {{ ex:inside ex:square ex:two UNDEF }}", f'VALUES (?k{tag} ?v{tag}) {{ ("a" "POINT (2 2)"^^geo:wktLiteral) (UNDEF UNDEF) }}', f"FILTER(bound(?f{tag}))", f"?f{tag} ex:partOf+ ?z{tag} .",
        ])))
        variables += inner_variables
    if draw(st.integers(0, 5)) == 0:
        variables.append(f"b{tag}")
        listed = [*draw(st.lists(constants, min_size=1, max_size=3)), *draw(st.sampled_from([[], [], [], ["UNDEF"]]))]
        parts.append(f"VALUES ?b{tag} {{ {' '.join(listed)} }}")
    chosen = [*variables, *outer]
    for _ in range(draw(st.integers(0, 2))):
        parts.append(f"FILTER({' && '.join(draw(st.lists(conditions(chosen), min_size=1, max_size=2)))})")
    if draw(st.integers(0, 3)):
        parts.append(f"FILTER({draw(conditions(variables))})")
    return " ".join(draw(st.permutations(parts)) if draw(st.booleans()) else parts), variables


@st.composite
def queries(draw):
    """Give a query."""
    inside, _ = draw(groups(draw(st.sampled_from([0, 1, 1, 2]))))
    head = draw(st.sampled_from(["SELECT *", "SELECT ?f1 ?w1", "SELECT DISTINCT ?f1", "SELECT (COUNT(*) AS ?n)", "SELECT (COUNT(DISTINCT *) AS ?n)", "SELECT ?f1 (COUNT(?w1) AS ?n)", "ASK", "CONSTRUCT { ?f1 ex:found ?w1 }", "SELECT ?f1 ?g1 ?f10", "SELECT ?f1 ?k1", "SELECT ?f1 ?f11", "SELECT ?f1 ?f11"]))
    dataset = draw(st.sampled_from(["", "", "", "FROM <https://example.org/graph/one> FROM NAMED <https://example.org/graph/two>"]))
    tail = " GROUP BY ?f1" if "COUNT(?w1)" in head else ""
    return f"{PREFIXES}{head} {dataset} {{ {inside} }}{tail}"


@st.composite
def lean_queries(draw):
    """Give a query of features only, in which the index may know every other pattern."""
    variables = ["w1", "w2"][:draw(st.integers(1, 2))]
    forms = ["?f{0} geo:hasGeometry ?g{0} . ?g{0} geo:asWKT ?w{0} .", "?f{0} geo:hasGeometry/geo:asWKT ?w{0} .", "?f{0} geo:hasDefaultGeometry ?g{0} . ?g{0} geo:asWKT ?w{0} . ?f{0} ex:kind ?k{0} .", "?g{0} geo:asWKT ?w{0} .",
        "?f{0} a ex:Practice ; geo:hasGeometry ?g{0} . ?g{0} geo:asWKT ?w{0} .", "?f{0} geo:hasGeometry ?g{0} . ?g{0} a sf:Point ; geo:asWKT ?w{0} .", "?f{0} geo:hasDefaultGeometry ?g{0} . ?g{0} geo:asWKT ?w{0} . ?g{0} a sf:Polygon . ?f{0} a ex:Region .",
        "?f{0} ex:kind 'b' ; geo:hasGeometry ?g{0} . ?g{0} geo:asWKT ?w{0} .", "?f{0} ex:partOf ex:square ; geo:hasGeometry/geo:asWKT ?w{0} .", "?f{0} a ex:Practice, geo:Feature ; geo:hasGeometry ?g{0} . ?g{0} geo:asWKT ?w{0} .",
    ]
    parts = [draw(st.sampled_from(forms)).format(name[1:]) for name in variables]
    parts.append(f"FILTER({' && '.join(draw(st.lists(conditions(variables), min_size=1, max_size=2)))})")
    if draw(st.integers(0, 3)) == 0:
        parts.append(f"VALUES ?b {{ {' '.join(draw(st.lists(constants, min_size=2, max_size=3)))} }} FILTER({draw(conditions(['b', *variables]))})")
    parts.append(draw(st.sampled_from(["", "", "?f1 a ex:Practice .", "OPTIONAL { ?f1 ex:partOf ?o1 }", "VALUES ?f1 { ex:inside ex:twin ex:square }", "MINUS { ?f1 ex:kind 'a' }"])))
    head = draw(st.sampled_from(["SELECT ?f1 ?f2", "SELECT ?f1", "SELECT (COUNT(DISTINCT *) AS ?n)", "SELECT ?f1 ?b", "SELECT (COUNT(*) AS ?n)", "SELECT ?f1 ?k1 ?k2", "SELECT ?g1 ?f2", "SELECT ?f1 ?w1"]))
    return f"{PREFIXES}{head} {{ {' '.join(parts)} }}"


@st.composite
def property_queries(draw):
    """Give a query with relations as properties."""
    ends = [*FEATURES, "?a", "?b", "?f1", "?g1", "_:n", "[]"]
    patterns = [f"{draw(st.sampled_from(ends))} geo:{draw(st.sampled_from(RELATIONS))} {draw(st.sampled_from(ends))} ." for _ in range(draw(st.integers(1, 2)))]
    patterns += draw(st.lists(st.sampled_from(["?f1 geo:hasGeometry ?g1 .", "?g1 geo:asWKT ?w1 .", "?a a geo:Feature .", "?b a ex:Region .", "?a ex:kind ?k .", "?f1 a geo:SpatialObject .", "?g1 a geo:Geometry .", "?f1 geo:hasDefaultGeometry/geo:asWKT ?w2 .", "?x a sf:Geometry .", "?a ex:partOf* ?b .", "?f1 (geo:hasGeometry|ex:partOf)+/geo:asWKT ?w3 .", "?c ex:says <<( ?a ex:partOf ?b )>> .", "?a ?any ?b .", "?g1 a ?class ."]), max_size=2, unique=True))
    inside = " ".join(draw(st.permutations(patterns)))
    inside = draw(st.sampled_from(["{}", "{}", "?a ex:kind ?k OPTIONAL {{ {} }}", "GRAPH <https://example.org/graph/two> {{ {} }}", "?a ex:kind ?k FILTER NOT EXISTS {{ {} }}", "?a a ex:Practice MINUS {{ {} }}", "{{ SELECT DISTINCT ?a ?b {{ {} }} }}", "{} FILTER(isIRI(?b))"])).format(inside)
    head = draw(st.sampled_from(["SELECT *", "SELECT ?a ?b", "SELECT (COUNT(*) AS ?n)", "SELECT (COUNT(DISTINCT *) AS ?n)", "ASK"]))
    return f"{PREFIXES}{head} {{ {inside} }}"


@st.composite
def mixed_queries(draw):
    """Give a query with a filter and with relations as properties that hold for few pairs and for many, so that its tables come in any order of size."""
    ends = ["?f1", "?g1", "?x", "?y"]
    named = st.builds("{} geo:{} {} .".format, st.sampled_from(ends), st.sampled_from(RELATIONS), st.sampled_from(FEATURES))
    between = st.builds("{} geo:{} {} .".format, st.sampled_from(ends), st.sampled_from(RELATIONS), st.sampled_from(ends))
    patterns = [draw(st.sampled_from(["?f1 geo:hasGeometry ?g1 . ?g1 geo:asWKT ?w1 .", "?f1 geo:hasDefaultGeometry ?g1 . ?g1 geo:asWKT ?w1 .", "?f1 geo:hasDefaultGeometry/geo:asWKT ?w1 .", "?x a ex:Practice ."]))]
    patterns += draw(st.lists(named, min_size=1, max_size=3)) + draw(st.lists(between, max_size=2))
    patterns += draw(st.lists(st.sampled_from(["?f1 ex:kind ?k .", "?f1 a ex:Practice .", "?x geo:hasGeometry ?g2 .", "?y a geo:Feature ."]), max_size=1))
    if "?w1" in patterns[0]:
        patterns.append(f"FILTER({draw(conditions(['w1']))})")
    head = draw(st.sampled_from(["SELECT *", "SELECT ?f1 ?w1", "SELECT ?f1", "SELECT ?x ?y", "SELECT (COUNT(*) AS ?n)"]))
    return f"{PREFIXES}{head} {{ {' '.join(draw(st.permutations(patterns)))} }}"


GENERATED = settings(max_examples=168, deadline=None, database=None, derandomize=True, phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def everything_pays_off(request, monkeypatch):
    """What pays off in large worlds only is tried in these small ones too: the store asked for names always, pairs found by trees and strip by strip in some."""
    monkeypatch.setattr(named_nodes, "MANY_ROWS", 0)
    if request.node.callspec.params.get("variant") in ("plain", "odd", "all"):
        monkeypatch.setattr(candidate_pairs, "FEW_BOXES", 0)
        monkeypatch.setattr(candidate_pairs, "MANY_IN_A_STRIP", 1)


@cache
def opened(variant: str):
    store = world(variant)
    return store, SpatialIndex.build(store)


def answer(store, asked):
    """Give an answer, to a query as it is or prepared, in a form that does not depend on the order of rows or of columns."""
    if isinstance(asked, str):
        found = store.query(asked, custom_functions=CUSTOM_FUNCTIONS, custom_aggregate_functions=CUSTOM_AGGREGATES)
    else:
        functions, aggregates = asked.called
        found = asked.answer(store, custom_functions=functions, custom_aggregate_functions=aggregates)
    if hasattr(found, "variables"):
        names = [variable.value for variable in found.variables]
        return sorted(names), Counter(tuple(sorted((name, str(value)) for name, value in zip(names, row) if value is not None)) for row in found)
    return Counter(str(triple) for triple in found) if not isinstance(found, bool) and hasattr(found, "__iter__") else bool(found)


def readable(store, text: str) -> bool:
    try:
        store.query(text, custom_functions=CUSTOM_FUNCTIONS, custom_aggregate_functions=CUSTOM_AGGREGATES)
    except SyntaxError:
        return False
    return True


@pytest.mark.parametrize("variant", VARIANTS)
@GENERATED
@given(text=st.one_of(queries(), lean_queries()))
def test_filters(variant, text):
    store, index = opened(variant)
    if not readable(store, text):
        return
    expected = answer(store, text)
    for is_plain in (False, True):
        prepared = prepare(text, index, rdfs=False, rewrite=False, plain_dataset=is_plain, store=store)
        assert answer(store, prepared) == expected, prepared.explanation
        assert prepared.known is None or answer(store, prepared.text) == expected, prepared.explanation


@pytest.mark.parametrize("place", ["POINT (50 50)", "POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))"])
@pytest.mark.parametrize("unit", ["uom:metre", "uom:degree"])
@pytest.mark.parametrize("pattern", ["?f geo:hasGeometry ?g . ?g geo:asWKT ?w", "?f geo:hasGeometry/geo:asWKT ?w", "?g geo:asWKT ?w", "?f geo:hasGeometry ?g . ?g geo:asWKT ?w . ?f ex:kind 'a'"])
@pytest.mark.parametrize("tail", ["LIMIT 2 OFFSET 2", "OFFSET 1 LIMIT 50"])
@pytest.mark.parametrize("variant", ["plain", "all"])
def test_nearest(place, unit, pattern, tail, variant):
    store, index = opened(variant)
    distance = f'geof:distance(?w, "{place}"^^geo:wktLiteral, {unit})'
    text = f"{PREFIXES}SELECT ?w {{ {pattern} }} ORDER BY {distance} {tail}"
    prepared = prepare(text, index, rdfs=False, plain_dataset=True)
    found = [[str(row["d"]) for row in store.query(asked.replace("SELECT ?w", f"SELECT ({distance} AS ?d)"), custom_functions=CUSTOM_FUNCTIONS)] for asked in (text, prepared.text)]
    assert found[0] == found[1], prepared.explanation  # the geometries may differ where distances do not
    if variant == "plain" and "kind" not in pattern and "50" not in tail:
        assert "nearest to a constant" in prepared.explanation


@pytest.mark.parametrize("variant", VARIANTS)
@GENERATED
@given(text=st.one_of(property_queries(), mixed_queries()))
def test_properties_and_entailment(variant, text):
    store, index = opened(variant)
    expected = answer(store, prepare(text, index.schema).text)
    for is_plain in (False, True):
        prepared = prepare(text, index, plain_dataset=is_plain, store=store)
        assert answer(store, prepared) == expected, prepared.explanation
        assert prepared.known is None or answer(store, prepared.text) == expected, prepared.explanation
