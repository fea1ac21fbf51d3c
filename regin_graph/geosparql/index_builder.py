"""Read the geometry literals of a store into the arrays of a spatial index."""

from importlib import resources

import numpy
import shapely
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode

from regin_graph.geosparql import geodesy
from regin_graph.geosparql.literals import READERS
from regin_graph.geosparql.problems import SpatialError
from regin_graph.geosparql.string_table import StringTable
from regin_graph.geosparql.vocabulary import RDF

GEOMETRIES_QUERY = resources.files("regin_graph.geosparql") / "queries" / "geometry_statements.rq"
DEFAULT = DefaultGraph()
BY_PLACE, ELSEWHERE, NOWHERE = 0, 1, 2  # of a literal: indexed by place; in another reference system; empty or broken


class IndexBuilder:
    """Reads the geometry literals of a store, their statements, links and types into arrays."""

    def __init__(self, store):
        self.store = store
        self.node_numbers: dict[str, int] = {}
        self.literal_numbers: dict[Literal, int] = {}

    def node(self, term) -> int:
        """Give the number of a node or predicate."""
        return self.node_numbers.setdefault(str(term), len(self.node_numbers))

    def arrays(self) -> dict[str, numpy.ndarray]:
        """Give all arrays of the index by name."""
        rows: dict[tuple[int, int, int], bool] = {}
        subjects: dict[int, object] = {}
        has_blank = False
        for subject, predicate, literal, graph in self.store.query(GEOMETRIES_QUERY.read_text("utf-8")):
            number = self.literal_numbers.setdefault(literal, len(self.literal_numbers))
            row = (self.node(subject), self.node(predicate), number)
            subjects[row[0]] = subject
            has_blank = has_blank or isinstance(subject, BlankNode)
            rows[row] = rows.get(row, False) or graph is None
        ordered = sorted(rows, key=lambda row: (row[2], row[0], row[1]))
        table = numpy.array(ordered, dtype=numpy.int32).reshape(-1, 3)
        links, nodes = self.links(subjects)
        links_ordered = sorted(links, key=lambda link: link[2])
        linked = numpy.array(links_ordered, dtype=numpy.int32).reshape(-1, 3)
        types = self.types(nodes)
        typed = numpy.array(sorted(types), dtype=numpy.int32).reshape(-1, 2)
        _, owner, counts = numpy.unique(table[:, 0], return_inverse=True, return_counts=True)
        by_subject = numpy.argsort(table[:, 0], kind="stable").astype(numpy.int32)
        arrays = {
            "rows_by_subject": by_subject, "subject_sorted": table[:, 0][by_subject],
            "is_only": counts[owner] == 1 if len(table) else numpy.empty(0, dtype=bool),
            "subject": table[:, 0].copy(), "predicate": table[:, 1].copy(), "literal": table[:, 2].copy(),
            "is_default": numpy.array([rows[row] for row in ordered], dtype=bool),
            **dict(zip(("link_feature", "link_predicate", "link_geometry"), (column.copy() for column in linked.T))),
            "link_is_default": numpy.array([links[link] for link in links_ordered], dtype=bool),
            "typed_node": typed[:, 0].copy(), "typed_class": typed[:, 1].copy(),
            "typed_is_default": numpy.array([types[pair] for pair in sorted(types)], dtype=bool),
        }
        arrays |= self.geometry_arrays()
        texts = [str(literal) if has_blank else "" for literal in self.literal_numbers]
        for name, strings in (("nodes", list(self.node_numbers)), ("texts", texts)):
            arrays |= {f"{name}_{part}": array for part, array in StringTable.of(strings).arrays().items()}
        return arrays

    def links(self, subjects: dict[int, object]) -> tuple[dict[tuple[int, int, int], bool], dict[int, object]]:
        """Give the statements whose object is a node with a geometry literal, and all nodes met."""
        links: dict[tuple[int, int, int], bool] = {}
        nodes = dict(subjects)
        for number, subject in subjects.items():
            for quad in self.store.quads_for_pattern(None, None, subject, None):
                if isinstance(quad.subject, (NamedNode, BlankNode)):
                    feature = self.node(quad.subject)
                    nodes[feature] = quad.subject
                    link = (feature, self.node(quad.predicate), number)
                    links[link] = links.get(link, False) or quad.graph_name == DEFAULT
        return links, nodes

    def types(self, nodes: dict[int, object]) -> dict[tuple[int, int], bool]:
        """Give the stated types of nodes, and whether each is stated in the default graph."""
        kind = NamedNode(RDF + "type")
        found: dict[tuple[int, int], bool] = {}
        for number, node in nodes.items():
            for quad in self.store.quads_for_pattern(node, kind, None, None):
                typed = (number, self.node(quad.object))
                found[typed] = found.get(typed, False) or quad.graph_name == DEFAULT
        return found

    def geometry_arrays(self) -> dict[str, numpy.ndarray]:
        """Give state, coordinates, shapes and the envelopes of parts, by literal."""
        count = len(self.literal_numbers)
        state, x, y = numpy.full(count, NOWHERE, dtype=numpy.uint8), numpy.full(count, numpy.nan), numpy.full(count, numpy.nan)
        encoded, bounds, owners = [b""] * count, [], []
        for literal, number in self.literal_numbers.items():
            try:
                geometry = READERS[literal.datatype.value](literal.value)
                shape = geometry.shape
            except (SpatialError, shapely.errors.ShapelyError, ValueError):
                continue
            if shape.is_empty:
                continue
            if not geometry.system.is_wgs84:
                state[number] = ELSEWHERE
                continue
            state[number] = BY_PLACE
            if shape.geom_type == "Point" and not shape.has_z:
                x[number], y[number] = shape.x, shape.y
                continue
            encoded[number] = shapely.to_wkb(shape)
            for part in geodesy.flat_parts(shape):
                if not part.is_empty:
                    bounds.append(part.bounds)
                    owners.append(number)
        starts = numpy.zeros(count + 1, dtype=numpy.int64)
        numpy.cumsum([len(data) for data in encoded], out=starts[1:])
        points = numpy.flatnonzero(~numpy.isnan(x))
        points = points[numpy.argsort(x[points], kind="stable")].astype(numpy.int32)
        return {
            "point_x": x[points], "point_y": y[points], "point_literal": points,
            "state": state, "x": x, "y": y, "wkb_data": numpy.frombuffer(b"".join(encoded), dtype=numpy.uint8), "wkb_starts": starts,
            "part_bounds": numpy.ascontiguousarray(numpy.array(bounds, dtype=float).reshape(-1, 4).T), "part_literal": numpy.array(owners, dtype=numpy.int32),
        }
