"""The spatial index of a release: every geometry literal of the store, found by place.

Built once (`SpatialIndex.build`), saved beside the store (`save`) and opened by each process (`open`) as mapped
arrays: points in order of x, other geometries by the envelopes of their parts (so that the envelope of a country
with land overseas holds no foreign sea). Looking through such arrays costs less than building a tree in every
process. The index answers which literals are related to a shape (`related`, `around`), and `related_pairs` which to each
other, with the very shapes and tests the functions use, so an answer from the index is the function's answer.
"""

import json
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path

import numpy
import shapely

from regin_graph.geosparql import geodesy
from regin_graph.geosparql.index_builder import BY_PLACE, ELSEWHERE, IndexBuilder
from regin_graph.geosparql.relations import CONVERSES, FOR_REGIONS, PATTERNS, PREDICATES, are_regions
from regin_graph.geosparql.schema import Schema, read_schema
from regin_graph.geosparql.string_table import StringTable

METRES_PER_DEGREE = 110_500.0  # a little less than the shortest degree of latitude
MANY_NODES = 1000  # nodes from which one look whether there are any blank ones pays off
FORMAT = 1
WITH_COORDINATES = {"sfContains": shapely.contains_xy, "sfIntersects": shapely.intersects_xy}  # tests of a prepared shape and points, without making points

ON_EDGES = {"sfTouches", "sfCrosses", "sfOverlaps", "ehMeet"}  # false for what lies properly inside


class SpatialIndex:
    """Geometry literals by place, the statements they stand in, links to their geometries, types, and the schema."""

    def __init__(self, arrays: dict[str, numpy.ndarray], schema: Schema):
        self.arrays, self.schema = arrays, schema
        self.nodes = StringTable(*(arrays[f"nodes_{part}"] for part in ("data", "starts", "keys", "by_key")))  # terms as SPARQL writes them
        self.texts = StringTable(*(arrays[f"texts_{part}"] for part in ("data", "starts", "keys", "by_key")))  # literals, kept where blank nodes have some
        self.state, self.x, self.y = arrays["state"], arrays["x"], arrays["y"]
        self.point_x, self.point_y, self.point_literal = arrays["point_x"], arrays["point_y"], arrays["point_literal"]
        self.part_bounds, self.part_literal = arrays["part_bounds"], arrays["part_literal"]  # rows west, south, east, north
        # rows: one per statement (subject, predicate, literal), ordered by literal
        self.subject, self.predicate, self.literal, self.is_default = (arrays[name] for name in ("subject", "predicate", "literal", "is_default"))
        self.rows_by_subject, self.subject_sorted = arrays["rows_by_subject"], arrays["subject_sorted"]
        self.is_only = arrays["is_only"]  # of a row: its subject has no other geometry literal
        # links: feature, predicate, geometry; ordered by geometry
        self.link_feature, self.link_predicate, self.link_geometry, self.link_is_default = (arrays[name] for name in ("link_feature", "link_predicate", "link_geometry", "link_is_default"))
        self.forms = None  # of queries asked of it, which remembered_forms keeps here
        self.typed_node, self.typed_class = arrays["typed_node"], arrays["typed_class"]
        self.typed_is_default = arrays.get("typed_is_default")  # none in an index that was made before this was kept

    def __len__(self) -> int:
        """Give the number of different geometry literals."""
        return len(self.state)

    # making, saving, opening

    @classmethod
    def build(cls, store) -> "SpatialIndex":
        """Give the index of a store, all graphs together."""
        return cls(IndexBuilder(store).arrays(), read_schema(store))

    def save(self, folder: Path) -> None:
        """Write the index into a folder, one array a file."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in self.arrays.items():
            numpy.save(folder / f"{name}.npy", array)
        schema = {"statements": sorted(self.schema.statements), "used": sorted(self.schema.used or ()), "needless": sorted(self.schema.needless)}
        (folder / "index.json").write_text(json.dumps({"format": FORMAT, "arrays": sorted(self.arrays), **schema}), "utf-8")

    @classmethod
    def open(cls, folder: Path) -> "SpatialIndex":
        """Give the index saved in a folder; its arrays are mapped, so processes share them. Raises: ValueError for another format."""
        folder = Path(folder)
        described = json.loads((folder / "index.json").read_text("utf-8"))
        if described["format"] != FORMAT:
            raise ValueError(f"{folder}: the spatial index has format {described['format']}, wanted {FORMAT}. Build the release again.")
        arrays = {name: opened_array(folder / f"{name}.npy") for name in described["arrays"]}
        statements, needless = (frozenset(tuple(row) for row in described[name]) for name in ("statements", "needless"))
        return cls(arrays, Schema(statements, used=frozenset(described["used"]), needless=needless))

    # shapes

    @cached_property
    def shapes(self) -> numpy.ndarray:
        """Give the shapes by literal, each made when `shapes_of` first asks for it."""
        return numpy.full(len(self.state), None, dtype=object)

    @cached_property
    def is_made(self) -> numpy.ndarray:
        """Tell by literal whether its shape has been made."""
        return numpy.zeros(len(self.state), dtype=bool)

    def shapes_of(self, literals: numpy.ndarray) -> numpy.ndarray:
        """Give the shapes of literals that are indexed by place. Units: degrees, lon lat, WGS 84."""
        is_missing = ~self.is_made[literals]
        if is_missing.any():
            wanted = numpy.unique(literals[is_missing])
            is_point = ~numpy.isnan(self.x[wanted])
            self.shapes[wanted[is_point]] = shapely.points(self.x[wanted[is_point]], self.y[wanted[is_point]])
            starts, data = self.arrays["wkb_starts"], self.arrays["wkb_data"]
            for literal in wanted[~is_point].tolist():
                self.shapes[literal] = shapely.from_wkb(data[starts[literal]:starts[literal + 1]].tobytes())
            self.is_made[wanted] = True
        return self.shapes[literals]

    @cached_property
    def by_place(self) -> numpy.ndarray:
        """Give the literals that are indexed by place."""
        return numpy.flatnonzero(self.state == BY_PLACE)

    @cached_property
    def is_all_by_place(self) -> bool:
        """Tell whether every literal is indexed by place: none is empty, broken or in another reference system."""
        return bool((self.state == BY_PLACE).all())

    @cached_property
    def has_many_parts(self) -> bool:
        """Tell whether a literal has several parts."""
        return bool((self.part_literal[1:] == self.part_literal[:-1]).any())

    @cached_property
    def elsewhere(self) -> numpy.ndarray:
        """Give the literals in other reference systems: they are not indexed by place."""
        return numpy.flatnonzero(self.state == ELSEWHERE)

    # looking up

    def points_in(self, box) -> numpy.ndarray:
        """Give the point literals in a box. Points lie in order of x, so few are looked at."""
        west, south, east, north = box
        begin, end = numpy.searchsorted(self.point_x, west), numpy.searchsorted(self.point_x, east, side="right")
        y = self.point_y[begin:end]
        return self.point_literal[begin:end][(y >= south) & (y <= north)]

    def parts_in(self, box) -> numpy.ndarray:
        """Give the other literals with a part whose envelope meets a box; once for each such part."""
        west, south, east, north = box
        bounds = self.part_bounds
        return self.part_literal[(bounds[0] <= east) & (bounds[2] >= west) & (bounds[1] <= north) & (bounds[3] >= south)]

    def bounds_of(self, literals: numpy.ndarray) -> tuple[float, float, float, float]:
        """Give the envelope of literals that are indexed by place."""
        points, others = self.split(literals)
        boxes = [shapely.total_bounds(self.shapes_of(others))] if len(others) else []
        if len(points):
            x, y = self.x[points], self.y[points]
            boxes.append((x.min(), y.min(), x.max(), y.max()))
        west, south, east, north = zip(*boxes)
        return min(west), min(south), max(east), max(north)

    def near(self, boxes: Iterable[tuple[float, float, float, float]]) -> numpy.ndarray:
        """Give the literals whose envelope meets one of the boxes, each once."""
        boxes = list(boxes)
        points = [self.points_in(box) for box in boxes]
        parts = [self.parts_in(box) for box in boxes]
        found = [points[0] if len(points) == 1 else numpy.unique(numpy.concatenate(points))] if points else []
        if any(map(len, parts)):
            found.append(numpy.array(sorted({literal for part in parts for literal in part.tolist()}), dtype=numpy.int32))
        return numpy.concatenate(found) if found else numpy.empty(0, dtype=int)

    def related(self, name: str, shape, shape_is_second: bool, pattern: str | None = None) -> numpy.ndarray:
        """Give the literals for which relation(literal, shape) holds, or relation(shape, literal).

        `name` is a relation that means contact, or relate with its pattern.
        """
        parts = [part for part in shapely.get_parts(shape) if not part.is_empty]
        literals = self.near(part.bounds for part in parts)
        return literals[self.tested(name, shape, literals, not shape_is_second, pattern)]

    def tested(self, name: str, shape, literals: numpy.ndarray, shape_is_first: bool, pattern: str | None = None) -> numpy.ndarray:
        """Tell literal by literal whether the relation with the shape holds: one shape, or an array of one for each literal."""
        if not len(literals):
            return numpy.empty(0, dtype=bool)
        is_one = not isinstance(shape, numpy.ndarray)
        if is_one:
            shapely.prepare(shape)
        has_pattern = pattern is not None or name in PATTERNS
        named = name if shape_is_first or has_pattern else CONVERSES[name]
        if named in WITH_COORDINATES:
            x = self.x[literals]
            holds = WITH_COORDINATES[named](shape, x, self.y[literals])
            is_other = numpy.isnan(x)
            if is_other.any():
                holds[is_other] = PREDICATES[named](shape if is_one else shape[is_other], self.shapes_of(literals[is_other]))
            return holds
        shapes = self.shapes_of(literals)
        # The prepared shape quickly finds what it has no point in common with, and what lies properly inside.
        holds = shapely.intersects(shape, shapes)
        if named in ON_EDGES:
            holds &= ~shapely.contains_properly(shape, shapes)
        met = numpy.flatnonzero(holds)
        one = shape if is_one else shape[met]
        if not has_pattern:
            holds[met] = PREDICATES[named](one, shapes[met])
            return holds
        tested = pattern or PATTERNS[name]
        holds[met] = shapely.relate_pattern(one, shapes[met], tested if shape_is_first else transposed(tested))
        return holds & are_regions(shape) & are_regions(shapes) if name.startswith(FOR_REGIONS) else holds

    def around(self, shape, limit: float, is_metric: bool, among: Callable[[numpy.ndarray], numpy.ndarray] | None = None) -> tuple[numpy.ndarray, numpy.ndarray]:
        """Give the literals whose envelope may be within the limit of a shape, and their distances. Units: metres, or degrees in the plane.

        `among` tells of literals which of them count: others are left out where a distance is to or from a line or area, which is dear.
        """
        if limit < 0:
            return numpy.empty(0, dtype=int), numpy.empty(0)
        boxes = grown(shape.bounds, limit, is_metric)
        literals = self.near(boxes)
        if is_metric and (shape.geom_type != "Point" or numpy.isnan(self.x[literals]).any()):
            literals = literals[among(literals)] if among is not None else literals
            literals = literals[numpy.logical_or.reduce([self.meet(literals, numpy.array(box)) for box in boxes])]
        return literals, self.distances(shape, literals, is_metric)

    def meet(self, literals: numpy.ndarray, boxes: numpy.ndarray) -> numpy.ndarray:
        """Tell literal by literal whether it meets a box: one, or a column of boxes for each literal. Of points it is taken for granted.

        It costs much less than a distance.
        """
        meets = ~numpy.isnan(self.x[literals])
        others = numpy.flatnonzero(~meets)
        if len(others):
            meets[others] = shapely.intersects(shapely.box(*(boxes if boxes.ndim == 1 else boxes[:, others])), self.shapes_of(literals[others]))
        return meets

    def distances(self, shape, literals: numpy.ndarray, is_metric: bool) -> numpy.ndarray:
        """Give the distances of literals from a shape. Units: metres, or degrees in the plane."""
        if not len(literals):
            return numpy.empty(0)
        if not is_metric:
            return shapely.distance(shape, self.shapes_of(literals))
        x = self.x[literals]
        is_point = ~numpy.isnan(x) if shape.geom_type == "Point" else numpy.zeros(len(literals), dtype=bool)
        away = numpy.empty(len(literals))
        if is_point.any():
            away[is_point] = geodesy.inverse((shape.x, shape.y), numpy.column_stack([x[is_point], self.y[literals[is_point]]]))
        if not is_point.all():
            away[~is_point] = [geodesy.distance_m(shape, other) for other in self.shapes_of(literals[~is_point])]
        return away

    def split(self, literals: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
        """Give the points among literals, and the others."""
        is_point = ~numpy.isnan(self.x[literals])
        return literals[is_point], literals[~is_point]

    # statements

    def rows_of(self, literals: numpy.ndarray) -> numpy.ndarray:
        """Give the statements with these literals, in order."""
        literals = numpy.sort(literals).astype(self.literal.dtype, copy=False)  # one type, or each search converts the whole index
        begins, ends = numpy.searchsorted(self.literal, literals), numpy.searchsorted(self.literal, literals, side="right")
        return ranges(begins, ends)

    def rows_of_subjects(self, subjects: numpy.ndarray) -> numpy.ndarray:
        """Give the statements about these nodes."""
        begins, ends = (numpy.searchsorted(self.subject_sorted, subjects, side=side) for side in ("left", "right"))
        return self.rows_by_subject[ranges(begins, ends)]

    def members(self, classes: Iterable[str]) -> numpy.ndarray:
        """Give the nodes stated to be of one of these classes, in any graph."""
        numbers = [self.nodes.number(f"<{iri}>") for iri in classes]
        wanted = [number for number in numbers if number is not None]
        return self.typed_node[self.typed_class == wanted[0]] if len(wanted) == 1 else numpy.unique(self.typed_node[numpy.isin(self.typed_class, wanted)])

    def linked(self, feature: int | None = None, predicates: Iterable[str] | None = None, features: numpy.ndarray | None = None) -> numpy.ndarray:
        """Give the geometries linked from a feature (or any of some), by one of the predicates (or any)."""
        kept = numpy.ones(len(self.link_feature), dtype=bool)
        if feature is not None:
            kept &= self.link_feature == feature
        if features is not None:
            kept &= numpy.isin(self.link_feature, features)
        if predicates is not None:
            numbers = [self.nodes.number(f"<{iri}>") for iri in predicates]
            kept &= numpy.isin(self.link_predicate, [number for number in numbers if number is not None])
        return each_once(self.link_geometry[kept])

    def features_of(self, geometries: numpy.ndarray, predicate: int | None, is_default: bool = True) -> tuple[numpy.ndarray, numpy.ndarray]:
        """Give the places of geometries of a column that are linked by a predicate (or any), and the features they are linked from, in the default graph or in any."""
        begins, ends = spans(self.link_geometry, geometries)
        links, places = ranges(begins, ends), numpy.repeat(numpy.arange(len(geometries)), ends - begins)
        kept = self.link_is_default[links] if is_default else numpy.ones(len(links), dtype=bool)
        if predicate is not None:
            kept &= self.link_predicate[links] == predicate
        return places[kept], self.link_feature[links[kept]]

    def are_members(self, nodes: numpy.ndarray, class_: int, is_default: bool = False) -> numpy.ndarray:
        """Tell node by node whether it is stated to be of a class, in any graph or in the default graph."""
        begins, ends = spans(self.typed_node, nodes)
        typed, places = ranges(begins, ends), numpy.repeat(numpy.arange(len(nodes)), ends - begins)
        holds = self.typed_class[typed] == class_
        found = numpy.zeros(len(nodes), dtype=bool)
        found[places[holds & self.typed_is_default[typed] if is_default else holds]] = True
        return found

    def any_blank(self, nodes: numpy.ndarray) -> bool:
        """Tell whether there is a blank node among nodes: a query cannot name it."""
        if len(nodes) > MANY_NODES and not self.has_blank:
            return False
        return bool((self.nodes.data[self.nodes.starts[:-1][nodes]] == ord("_")).any()) if len(nodes) else False

    @cached_property
    def has_blank(self) -> bool:
        """Tell whether there is any blank node."""
        return bool((self.nodes.data[self.nodes.starts[:-1]] == ord("_")).any())


def opened_array(path: Path) -> numpy.ndarray:
    """Give a saved array, mapped unless it is empty."""
    array = numpy.load(path, mmap_mode="r" if path.stat().st_size > 4096 else None)
    return array.view(numpy.ndarray) if isinstance(array, numpy.memmap) else array


def each_once(ordered: numpy.ndarray) -> numpy.ndarray:
    """Give the different numbers of an ordered array."""
    return ordered[numpy.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def spans(ordered: numpy.ndarray, wanted: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Give where each of some numbers begins and ends in an ordered array of numbers."""
    if 4 * len(wanted) < len(ordered) or not len(ordered):
        return numpy.searchsorted(ordered, wanted), numpy.searchsorted(ordered, wanted, side="right")
    # Counted once for all numbers, each is then only read.
    starts = numpy.concatenate([[0], numpy.cumsum(numpy.bincount(ordered, minlength=int(wanted.max()) + 1))])
    return starts[wanted], starts[wanted + 1]


def ranges(begins: numpy.ndarray, ends: numpy.ndarray) -> numpy.ndarray:
    """Give the numbers of all ranges, one after the other."""
    counts = ends - begins
    if (counts == 1).all():
        return begins
    return numpy.repeat(begins - numpy.concatenate([[0], numpy.cumsum(counts)[:-1]]), counts) + numpy.arange(counts.sum()) if len(counts) else begins


def transposed(pattern: str) -> str:
    """Give the DE-9IM pattern with first and second exchanged."""
    return "".join(pattern[cell] for cell in (0, 3, 6, 1, 4, 7, 2, 5, 8))


def grown(bounds, limit: float, is_metric: bool) -> list[tuple[float, float, float, float]]:
    """Give boxes that hold all places within the limit of an envelope. Units: degrees; the limit in metres when metric."""
    west, south, east, north = bounds
    if not is_metric:
        step = limit * 1.000001 + 1e-9
        return [(west - step, south - step, east + step, north + step)]
    lat = limit / METRES_PER_DEGREE + 1e-9
    south, north = south - lat, north + lat
    furthest = max(abs(south), abs(north))
    if furthest >= 89.5 or limit > 9_000_000:
        return [(-180.0, max(south, -90.0), 180.0, min(north, 90.0))]
    ratio = numpy.sin(numpy.radians(lat)) / numpy.cos(numpy.radians(furthest))
    if ratio >= 1:
        return [(-180.0, south, 180.0, north)]
    lon = float(numpy.degrees(numpy.arcsin(ratio))) * 1.01 + 1e-9
    boxes = [(west - lon, south, east + lon, north)]
    if west - lon < -180:
        boxes.append((west - lon + 360, south, 180.0, north))
    if east + lon > 180:
        boxes.append((-180.0, south, east + lon - 360, north))
    return boxes
