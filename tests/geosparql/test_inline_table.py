"""Inline tables say the same, however they are written; places in ordered arrays are found in either way."""

import numpy
import pytest

from regin_graph.geosparql.index import spans
from regin_graph.geosparql.inline_table import LEAST_IN_RUNS, Table
from regin_graph.geosparql.string_table import StringTable


class Names:
    """What a table needs of an index: the texts of nodes."""

    nodes = StringTable.of([f"<urn:node:{number}>" for number in range(500)])


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("count", [3, LEAST_IN_RUNS - 1, LEAST_IN_RUNS, 5000])
def test_a_table_with_long_runs_has_the_rows_of_the_plain_one(is_first, count):
    pick = numpy.random.default_rng(count)
    long_runs, others = numpy.sort(pick.integers(0, 40, count)), pick.integers(0, 500, count)
    columns = [long_runs, others] if is_first else [others, long_runs]
    rows = ") (".join(f"<urn:node:{one}> <urn:node:{other}>" for one, other in zip(*columns, strict=True))
    assert Table(["one", "other"], columns).text(Names) == f"VALUES (?one ?other) {{ ({rows}) }}"


@pytest.mark.parametrize("wanted", [0, 1, 20, 400])
@pytest.mark.parametrize("count", [0, 1, 60])
def test_spans_are_those_of_a_search(wanted, count):
    pick = numpy.random.default_rng(wanted + count)
    ordered, numbers = numpy.sort(pick.integers(0, 50, count)).astype(numpy.int32), pick.integers(0, 70, wanted)
    begins, ends = spans(ordered, numbers)
    assert (begins == numpy.searchsorted(ordered, numbers)).all() and (ends == numpy.searchsorted(ordered, numbers, side="right")).all()
