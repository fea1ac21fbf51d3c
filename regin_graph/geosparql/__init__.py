"""GeoSPARQL 1.1 for the graph: functions, aggregates, spatial index, query rewriting."""

from regin_graph.geosparql.functions import CUSTOM_AGGREGATES, CUSTOM_FUNCTIONS
from regin_graph.geosparql.problems import Warnings, collect_warnings

__all__ = ["CUSTOM_AGGREGATES", "CUSTOM_FUNCTIONS", "Warnings", "collect_warnings"]
