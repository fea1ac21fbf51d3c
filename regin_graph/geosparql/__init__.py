"""GeoSPARQL 1.1 for the graph: functions, aggregates, spatial index, query rewriting."""

from regin_graph.geosparql.functions import CUSTOM_AGGREGATES, CUSTOM_FUNCTIONS
from regin_graph.geosparql.impossible_calls import ImpossibleCall, refuse_impossible_calls
from regin_graph.geosparql.index import SpatialIndex
from regin_graph.geosparql.problems import Warnings, collect_warnings
from regin_graph.geosparql.rewrite import PreparedQuery, explain, prepare

__all__ = [
    "CUSTOM_AGGREGATES", "CUSTOM_FUNCTIONS", "ImpossibleCall", "PreparedQuery", "SpatialIndex", "Warnings", "collect_warnings", "explain", "prepare",
    "refuse_impossible_calls",
]
