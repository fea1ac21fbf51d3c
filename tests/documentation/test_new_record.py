"""An empty record explains every field that it may have."""

import pytest

from regin_graph.build.context import read_context
from regin_graph.build.record_types import read_record_types
from regin_graph.identifiers import CANONICAL_BASE
from regin_graph.new_record import FOREIGN, explanation, new_record, read_definitions
from regin_graph.settings import BuildSettings

SETTINGS = BuildSettings()
KINDS = read_record_types(SETTINGS.data)


@pytest.mark.parametrize("folder", KINDS)
def test_every_field_is_explained(folder):
    context, definitions, kind = read_context(SETTINGS.data / "context.jsonld", CANONICAL_BASE), read_definitions(SETTINGS.ontology), KINDS[folder]
    fields = [(key, context) for key in kind.fields] + [(name, context.within(key)) for key, part in kind.parts.items() for name in part.fields]
    assert not [key for key, inner in fields if not explanation(key, inner, definitions)]
    text = new_record(kind, "example", context, definitions)
    assert all(line.startswith(("#", "id: ", "status: ")) for line in text.splitlines())


def test_own_words_stand_only_where_the_property_belongs_to_others():
    context = read_context(SETTINGS.data / "context.jsonld", CANONICAL_BASE)
    assert not [key for key in FOREIGN if context.terms[key].iri.startswith(f"{CANONICAL_BASE}def/")]


def test_the_list_of_values_is_named():
    context = read_context(SETTINGS.data / "context.jsonld", CANONICAL_BASE)
    assert explanation("topic", context, {}) == "Values: ontology/concepts/topic.ttl."
