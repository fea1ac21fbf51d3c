"""The known prefixes: the one list of the ontology, for proposals, the query page and the service description."""

from functools import cache

from pyoxigraph import RdfFormat, parse

from regin_graph.settings import project_folder

SH = "http://www.w3.org/ns/shacl#"


@cache
def known_prefixes() -> dict[str, str]:
    """Give prefix → namespace, in the order of the list."""
    path = project_folder() / "ontology" / "prefixes.ttl"
    names: dict[str, str] = {}
    spaces: dict[str, str] = {}
    for quad in parse(path=path, format=RdfFormat.TURTLE):
        if quad.predicate.value == SH + "prefix":
            names[str(quad.subject)] = quad.object.value
        elif quad.predicate.value == SH + "namespace":
            spaces[str(quad.subject)] = quad.object.value
    return {prefix: spaces[node] for node, prefix in names.items() if node in spaces}


def declarations() -> str:
    """Give the PREFIX lines of all known prefixes."""
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in known_prefixes().items())
