"""Names as they are compared, and the index over them."""

import pytest

from regin_graph.reconciliation.index import Entity, Name, NameIndex, is_certain
from regin_graph.reconciliation.names import heart, key, plain, readings

REGION, NUTS = "urn:Region", "urn:nuts"


@pytest.fixture(scope="module")
def index():
    """Give an index of four regions and a statistical unit."""
    def region(name, *others):
        return Entity(f"urn:{name}", [REGION], [Name(name, "en"), *(Name(other, language) for other, language in others)])

    return NameIndex([
        region("Basque Country", ("País Vasco", "es"), ("Χώρα των Βάσκων", "el")), region("Lisbon (MIPEX-R unit)", ("Lisboa", "pt")),
        region("Lisbon and Tagus Valley"), region("Crete", ("Κρήτη", "el")),
        Entity("urn:BE3", [NUTS], [Name("Region of Crete", "en"), Name("EL43", "", "code")]),
    ], hidden=frozenset({NUTS}))


@pytest.mark.parametrize(("one", "other"), [
    ("Açores", "acores"), ("Päijät-Häme", "PAIJAT HAME"), ("Σ", "ς"), ("Skåne", "Ska\u030ane"), ("Ανδαλουσία", "andalousia"), ("Œuvre", "oeuvre"),
])
def test_accents_case_and_alphabet_do_not_count(one, other):
    assert plain(one) == plain(other)


def test_order_of_words_and_kind_of_territory_do_not_count():
    assert key("Vasco, País") == key("país vasco")
    assert heart("Region of Murcia") == heart("Región de Murcia") == heart("Murcia, Comunidad Autónoma de la Región de")
    assert readings("Apulia (Puglia)") == ["Apulia (Puglia)", "Apulia"]


@pytest.mark.parametrize(("asked", "expected"), [
    ("basque country", "urn:Basque Country"), ("Country Basque", "urn:Basque Country"), ("PAIS VASCO", "urn:Basque Country"),
    ("xora ton vaskon", "urn:Basque Country"), ("Lisbon", "urn:Lisbon (MIPEX-R unit)"), ("Lisbon Tagus Valley", "urn:Lisbon and Tagus Valley"),
    ("Kriti", "urn:Crete"), ("Region of Crete", "urn:Crete"), ("urn:Crete", "urn:Crete"),
])
def test_a_name_finds_its_region_first(index, asked, expected):
    assert index.candidates([asked])[0][0].entity.iri == expected


def test_statistical_units_are_found_only_by_their_type(index):
    assert all(one.entity.iri != "urn:BE3" for one in index.candidates(["EL43"])[0])
    assert index.candidates(["EL43"], frozenset({NUTS}))[0][0].score == 100


def test_certain_means_near_and_alone(index):
    assert is_certain(index.candidates(["Crete"])[0])
    assert not is_certain(index.candidates(["Lisbonne"])[0])
    assert not is_certain([])


@pytest.mark.parametrize("asked", ["", "   ", "()", "💶", "\u0000", "a" * 2000])
def test_any_text_is_taken(index, asked):
    assert isinstance(index.candidates([asked])[0], list)


def test_an_index_of_nothing_finds_nothing():
    assert NameIndex([]).candidates(["Crete"]) == [[]]
    assert NameIndex([]).starting_with("c") == []


def test_suggestions_start_like_the_prefix_and_fall_back_to_what_is_near(index):
    assert [one.iri for one in index.starting_with("lis")] == ["urn:Lisbon (MIPEX-R unit)", "urn:Lisbon and Tagus Valley"]
    assert [one.iri for one in index.starting_with("vasco p")] == ["urn:Basque Country"]
    assert index.starting_with("Creta")[0].iri == "urn:Crete"


def test_rows_are_kept_for_each_type_and_not_for_each_set_of_types(index):
    for number in range(50):
        index.rows_of(frozenset({REGION, f"urn:unknown:{number}"}))
        index.rows_of(frozenset({REGION, NUTS} if number % 2 else {NUTS}))
    assert len(index._rows_of_type) <= 3


@pytest.mark.parametrize("types", [set(), {REGION}, {NUTS}, {REGION, NUTS}, {"urn:unknown"}, {REGION, "urn:unknown"}])
def test_rows_of_types_are_those_of_entities_with_one_of_them(index, types):
    admitted = [number for number, (entity, _) in enumerate(index.rows) if (types & set(entity.types) if types else NUTS not in entity.types)]
    assert index.rows_of(frozenset(types)).tolist() == admitted
