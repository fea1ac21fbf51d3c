"""The prefixes that files are written with: those of ontology/prefixes.ttl, read from the graph of the release."""

from pyoxigraph import NamedNode, Store

SH = "http://www.w3.org/ns/shacl#"


def prefixes_of(store: Store) -> dict[str, str]:
    """Give the declared prefixes. Shape: ?ontology sh:declare [ sh:prefix ?prefix ; sh:namespace ?namespace ]."""
    found = {}
    for quad in store.quads_for_pattern(None, NamedNode(SH + "declare"), None):
        prefix = next(store.quads_for_pattern(quad.object, NamedNode(SH + "prefix"), None), None)
        namespace = next(store.quads_for_pattern(quad.object, NamedNode(SH + "namespace"), None), None)
        if prefix and namespace:
            found[prefix.object.value] = namespace.object.value
    return dict(sorted(found.items()))
