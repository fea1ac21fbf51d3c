"""GeoSPARQL 1.1 for the graph: functions, aggregates, spatial index, query rewriting."""

from regin_graph.geosparql.called_functions import called_functions
from regin_graph.geosparql.functions import CUSTOM_AGGREGATES, CUSTOM_FUNCTIONS
from regin_graph.geosparql.impossible_calls import ImpossibleCall, refuse_impossible_calls
from regin_graph.geosparql.index import SpatialIndex
from regin_graph.geosparql.prepared_query import PreparedQuery
from regin_graph.geosparql.problems import Warnings, collect_warnings
from regin_graph.geosparql.rewrite import explain, prepare
from regin_graph.geosparql.schema import stated_schema
from regin_graph.geosparql.update_rewriting import prepare_update

__all__ = [
    "CUSTOM_AGGREGATES", "CUSTOM_FUNCTIONS", "ImpossibleCall", "PreparedQuery", "SpatialIndex", "Warnings", "called_functions", "collect_warnings", "explain", "prepare",
    "prepare_update", "refuse_impossible_calls", "stated_schema",
]
