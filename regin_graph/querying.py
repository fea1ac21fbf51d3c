"""Run a query against a release from the command line, in any result format."""

from io import BytesIO
from pathlib import Path

from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Store

from regin_graph.errors import WrongUse


def run_query(text: str, release: Path, form: str) -> bytes:
    """Give the serialised result of a query. Raises: WrongUse for no release, a syntax error or an unfit format."""
    if not (release / "store").is_dir():
        raise WrongUse("there is no release here.", "Run `regin build`, or name one with --release.", str(release))
    try:
        results = Store.read_only(str(release / "store")).query(text, **_functions())
    except SyntaxError as error:
        raise WrongUse(f"the query is not valid SPARQL: {error.msg}.", "Repair it and run it again.") from None
    tabular = isinstance(results, QuerySolutions | QueryBoolean)
    output = BytesIO()
    found = (QueryResultsFormat if tabular else RdfFormat).from_extension({"json": "srj", "xml": "srx"}.get(form, form) if tabular else form)
    if found is None:
        raise WrongUse(f'"{form}" is no format of this kind of result.', "Use json, xml, csv, tsv for rows; ttl, nt, rdf, jsonld for graphs.")
    results.serialize(output, found)
    return output.getvalue()


def _functions() -> dict:
    from regin_graph.geosparql import CUSTOM_AGGREGATES, CUSTOM_FUNCTIONS

    return {"custom_functions": CUSTOM_FUNCTIONS, "custom_aggregate_functions": CUSTOM_AGGREGATES}
