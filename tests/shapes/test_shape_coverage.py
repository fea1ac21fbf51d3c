"""Every constraint has an example that breaks it, and every shape the words that forms and editors need."""

import json
import re
from pathlib import Path

import pytest
import yaml
from rdflib import RDF, RDFS, SH, BNode, Graph, URIRef

from .test_shape_examples import EXAMPLES, expected

PROJECT = Path(__file__).parents[2]
SHAPE = "https://w3id.org/regin/shape/"
CONSTRAINTS = {
    "minCount", "maxCount", "datatype", "nodeKind", "class", "node", "pattern", "in", "or", "not", "hasValue", "sparql",
    "uniqueLang", "minInclusive", "maxInclusive", "qualifiedMinCount", "disjoint", "languageIn",
}


def reporting(shapes: Graph) -> set[URIRef]:
    """Give the shapes that findings name: those with a target, and the property shapes of these."""
    with_target = set(shapes.subjects(SH.targetClass))
    return with_target | {one for shape in with_target for one in shapes.objects(shape, SH.property)}


def constraints(shapes: Graph) -> set[tuple[str, str]]:
    """Give every constraint of every reporting shape. Shape: shape, constraint component."""
    pairs = set()
    for shape in reporting(shapes):
        for predicate in shapes.predicates(shape):
            name = str(predicate).removeprefix(str(SH))
            if name in CONSTRAINTS:
                component = "SPARQL" if name == "sparql" else name[0].upper() + name[1:]
                pairs.add((shape.removeprefix(SHAPE), component))
    return pairs


def test_every_constraint_has_an_example_that_breaks_it(shapes):
    broken = {(shape, component) for path in EXAMPLES for shape, _, component in expected(path)}
    missing = sorted(constraints(shapes) - broken)
    assert not missing, f"add an invalid example, with `# expects:` lines, for {missing}"


def test_every_class_of_shapes_has_a_valid_example(shapes):
    stated = set()
    for path in EXAMPLES:
        if path.name.startswith("valid."):
            stated |= set(Graph().parse(path).objects(None, RDF.type))
    assert set(shapes.objects(None, SH.targetClass)) <= stated


def test_every_property_shape_has_its_words(shapes):
    for shape in reporting(shapes):
        assert not isinstance(shape, BNode), "every shape has an IRI"
        if (shape, RDF.type, SH.PropertyShape) not in shapes:
            continue
        for predicate in (SH.path, SH.group, SH.order, SH.severity):
            assert len(set(shapes.objects(shape, predicate))) == 1, f"{shape} has one {predicate}"
        assert (shapes.value(shape, SH.group), RDF.type, SH.PropertyGroup) in shapes, shape
        for predicate in (SH.name, SH.description, SH.message):
            languages = [text.language for text in shapes.objects(shape, predicate)]
            assert "en" in languages and len(set(languages)) == len(languages), f"{shape} has one English {predicate}"


def test_every_message_names_what_is_wrong_and_how_to_repair_it(shapes):
    for shape in reporting(shapes):
        for message in shapes.objects(shape, SH.message):
            sentences = re.split(r"(?<=[.:]) (?=[A-Z])", message)
            assert len(sentences) >= 2 and message.endswith("."), f"{shape}: {message}"


def test_every_constrained_node_shape_has_a_label(shapes):
    for shape in set(shapes.subjects(SH.targetClass)):
        assert shapes.value(shape, RDFS.label), shape


@pytest.mark.parametrize("path", sorted((PROJECT / "shapes").glob("*.ttl")), ids=lambda path: path.stem)
def test_orders_in_a_form_are_unambiguous(path):
    graph = Graph().parse(path)
    for node in set(graph.subjects(SH.targetClass)):
        orders = [int(graph.value(shape, SH.order)) for shape in graph.objects(node, SH.property)]
        assert len(orders) == len(set(orders)), f"{node}: two fields have one place"


def properties(shapes: Graph, class_iri: str) -> set[str]:
    """Give the properties that the shapes of a class speak of, an inverse one as such."""
    found = set()
    for node in shapes.subjects(SH.targetClass, URIRef(class_iri)):
        for shape in shapes.objects(node, SH.property):
            path = shapes.value(shape, SH.path)
            found.add(str(shapes.value(path, SH.inversePath) or path))
    return found


def test_every_field_of_a_record_has_a_shape(shapes):
    context = json.loads((PROJECT / "data/context.jsonld").read_text("utf-8"))["@context"]
    kinds = yaml.safe_load((PROJECT / "data/record_types.yml").read_text("utf-8"))
    for kind in kinds.values():
        assert_shaped(kind, context, shapes)
        for field, part in kind.get("parts", {}).items():
            assert_shaped(part, context | context[field].get("@context", {}), shapes)


def assert_shaped(kind: dict, context: dict, shapes: Graph) -> None:
    """Pass when the shapes of a kind of record speak of each of its fields."""
    stated = properties(shapes, expanded(kind["class"], context))
    for field in kind["fields"]:
        property_iri = expanded(context[field].get("@id") or context[field]["@reverse"], context)
        assert property_iri in stated, f"{kind['class']} has no shape for its field {field}"


def expanded(name: str, context: dict) -> str:
    """Give the IRI of a prefixed name."""
    prefix, _, local = name.partition(":")
    return context[prefix] + local


def test_lists_and_the_concepts_that_messages_name_exist(shapes):
    concepts = PROJECT / "ontology/concepts"
    for subject, required in shapes.subject_objects(SH.hasValue):
        if not isinstance(required, URIRef):
            continue
        value = str(required).removeprefix("https://w3id.org/regin/scheme/")
        assert (concepts / f"{value.split('/')[0]}.ttl").exists(), f"{subject}: there is no list {value}"
    for message in shapes.objects(None, SH.message):
        if named := re.search(r"ontology/concepts/([a-z-]+)\.ttl, for example ([a-z0-9-]+)", message):
            text = (concepts / f"{named[1]}.ttl").read_text("utf-8")
            assert f"<scheme/{named[1]}/{named[2]}>" in text, f"{named[2]} is no concept of {named[1]}: {message}"


def test_prefixes_of_queries_agree_with_the_ontology(shapes):
    def declared(graph):
        return {(str(graph.value(one, SH.prefix)), str(graph.value(one, SH.namespace))) for one in graph.objects(None, SH.declare)}

    assert declared(shapes) <= declared(Graph().parse(PROJECT / "ontology/prefixes.ttl"))
