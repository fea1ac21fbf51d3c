"""A client for researchers: questions to a REGIN Graph server, answers as pandas frames with the right types.

    from regin_graph.client import ReginGraph
    graph = ReginGraph("http://127.0.0.1:8000")
    graph.practices()
    graph.match(["Katalonien", "Açores"], kind="Region")
    graph.frame("SELECT ?region WHERE { ?region a regin:Region }")

Units: as the columns say. A value that is not known is missing (pandas.NA), never zero.
"""

import ast
import json
import re
import warnings
from collections.abc import Sequence
from importlib.resources import files
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pandas
from SPARQLWrapper import JSON, POST, SPARQLWrapper

from regin_graph.errors import ReginError, WrongUse

XSD = "http://www.w3.org/2001/XMLSchema#"
# XSD type → type of a column, when all its values have that type.
COLUMN_TYPES = {
    **dict.fromkeys((XSD + name for name in ("integer", "int", "long", "nonNegativeInteger")), "Int64"),
    **dict.fromkeys((XSD + name for name in ("decimal", "double", "float")), "Float64"),
    XSD + "boolean": "boolean",
    XSD + "date": "datetime64[s]",
}
# All before the first line of a query, so that its lines keep their numbers.
PREFIXES = (
    "PREFIX regin: <https://w3id.org/regin/def/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
    "PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
)
TABLE = "application/sparql-results+json"
AT_ONCE = 500
# The column of area codes while two tables are joined: a name that no table has.
CODE = "code of the area"


class RequestFailed(ReginError):
    """The server refused or could not be reached; the message is the server's own."""


class ReginGraph:
    """A server of the graph. `address`: where it answers; `timeout_s`: how long one question may take."""

    def __init__(self, address: str = "http://127.0.0.1:8000", timeout_s: int = 60):
        self.address, self.timeout_s = address.rstrip("/"), timeout_s

    def frame(self, query: str) -> pandas.DataFrame:
        """Give the answer to a SELECT query; the prefixes regin, skos, dcterms and xsd are known.
        Raises: RequestFailed; WrongUse for a query that gives no table.

        Columns have the type that all their values have: Int64, Float64, boolean, datetime64 (whole days); texts, IRIs and
        dates known only to the year or month are strings.
        """
        wrapper = SPARQLWrapper(f"{self.address}/sparql", agent="regin_graph.client")
        wrapper.setMethod(POST)
        wrapper.setReturnFormat(JSON)
        wrapper.setTimeout(self.timeout_s)
        try:
            with warnings.catch_warnings():
                # The library warns of what gives no table or is no query; we and the server say it as an error.
                warnings.simplefilter("ignore", RuntimeWarning)
                # Declared first, so that a query's own declarations win.
                wrapper.setQuery(PREFIXES + query)
                response = wrapper.query().response
            with response:
                answer = json.load(response) if response.headers.get_content_type() == TABLE else {}
        except Exception as error:  # the library raises its own errors, urllib's and those of the socket
            raise RequestFailed(_in_own_columns(_message(error)), "Check the query and the address.") from None
        if "results" not in answer:
            raise WrongUse("The answer to this query is no table.", "Ask a SELECT query; ASK, CONSTRUCT and DESCRIBE are answered at /sparql.")
        names, rows = answer["head"]["vars"], answer["results"]["bindings"]
        return pandas.DataFrame({name: _column([row.get(name) for row in rows]) for name in names})

    def practices(self) -> pandas.DataFrame:
        """Give practices: practice, title, region, region_name, country, start, end; one row for each region of a practice."""
        return self._named("practices")

    def topics(self) -> pandas.DataFrame:
        """Give topics of practices: practice, topic, topic_name."""
        return self._named("topics")

    def regions(self) -> pandas.DataFrame:
        """Give regions: region, name, country, nuts_2016, nuts_2021, nuts_2024, population, area_km2, latitude, longitude."""
        return self._named("regions")

    def competences(self) -> pandas.DataFrame:
        """Give competences: region, region_name, competence, field, field_name, kind, kind_name, level."""
        return self._named("competences")

    def scores(self) -> pandas.DataFrame:
        """Give MIPEX-R scores: observation, region, edition, dimension, dimension_name, score (0 to 100), state."""
        return self._named("scores")

    def figures(self) -> pandas.DataFrame:
        """Give context figures: observation, region, area, area_fit, indicator, indicator_name, group, sex, value, unit, period."""
        return self._named("figures")

    def _named(self, name: str) -> pandas.DataFrame:
        return self.frame(files("regin_graph").joinpath("queries", f"client_{name}.rq").read_text(encoding="utf-8"))

    def match(self, names: Sequence[str], kind: str = "", limit: int = 1) -> pandas.DataFrame:
        """Give what names mean: asked, id, iri, name, score (0 to 100), certain; `kind`: Region, Practice, Actor, Indicator, Concept …
        A name that nothing is like has no row, nor has an empty or missing one. Raises: RequestFailed."""
        rows, given = [], [str(name) for name in names if not pandas.isna(name) and str(name).strip()]
        for start in range(0, len(given), AT_ONCE):
            part = given[start:start + AT_ONCE]
            queries = {str(place): {"query": name, "limit": limit} | ({"type": kind} if kind else {}) for place, name in enumerate(part)}
            answer = self._asked("/reconcile", form={"queries": json.dumps(queries)})
            rows += [(part[int(place)], one["id"], one["name"], one["score"], one["match"]) for place, found in answer.items() for one in found["result"]]
        frame = pandas.DataFrame(rows, columns=["asked", "id", "name", "score", "certain"]).astype({"asked": "string", "id": "string", "name": "string", "score": "Float64", "certain": "boolean"})
        frame.insert(2, "iri", "https://w3id.org/regin/" + frame["id"])
        return frame

    def resolve(self, code: str, version: str = "") -> dict:
        """Give what a code means in a version of its list: region, fit, codes in other versions. Raises: RequestFailed when it is not valid there."""
        return self._asked("/resolve?" + urlencode({"code": code, "version": version}))

    def join_regions(self, table: pandas.DataFrame, code_column: str, version: str) -> pandas.DataFrame:
        """Give a table of statistics with our region beside each row, by its area code in a version of NUTS; other areas are left out.
        Shape: region, name, then the columns of the table; its own `region` or `name` becomes `region_table`, `name_table`. Raises: WrongUse."""
        regions = self.regions()
        versions = {column.replace("_", "-"): column for column in regions if column.startswith("nuts_")}
        if version not in versions:
            raise WrongUse(f"There is no version {version}.", f"Versions: {', '.join(versions)}.")
        if code_column not in table:
            raise WrongUse(f"The table has no column {code_column}.", f"Its columns: {', '.join(map(str, table.columns))}.")
        taken = [column for column in ("region", "name") if column in table and f"{column}_table" in table]
        if taken:
            raise WrongUse(f"The table has both {taken[0]} and {taken[0]}_table.", f"Rename one: its {taken[0]} becomes {taken[0]}_table here.")
        ours = regions[["region", "name", versions[version]]].rename(columns={versions[version]: CODE}).dropna(subset=[CODE])
        theirs = table.assign(**{CODE: table[code_column].astype("string")})
        return ours.merge(theirs, on=CODE, suffixes=("", "_table")).drop(columns=CODE)

    def _asked(self, path: str, form: dict[str, str] | None = None):
        body = urlencode(form).encode() if form else None
        request = Request(self.address + path, body, {"Accept": "application/json", "User-Agent": "regin_graph.client"})
        try:
            with urlopen(request, timeout=self.timeout_s) as response:
                return json.load(response)
        except (OSError, ValueError) as error:
            raise RequestFailed(_message(error), "Check what was asked and the address.") from None


def read_eurostat(path) -> pandas.DataFrame:
    """Give a bulk download of Eurostat (TSV) in long form: its dimensions, period, value (Float64), flags; what is missing has no row."""
    wide = pandas.read_csv(path, sep="\t", dtype="string")
    first = wide.columns[0]
    names = first.partition("\\")[0].split(",")
    keys = wide[first].str.split(",", expand=True).set_axis(names, axis=1).astype("string")
    long = pandas.concat([keys, wide.drop(columns=first)], axis=1).melt(names, var_name="period", value_name="cell")
    parts = long.pop("cell").str.strip().str.extract(r"^(?P<value>-?[\d.]+)?\s*:?\s*(?P<flags>[a-z]*)$")
    long["period"] = long["period"].str.strip().astype("string")
    long["value"], long["flags"] = pandas.to_numeric(parts["value"]).astype("Float64"), parts["flags"].astype("string")
    return long.dropna(subset=["value"]).reset_index(drop=True)


def _column(cells: list[dict | None]) -> pandas.Series:
    types = {cell.get("datatype", "") for cell in cells if cell is not None}
    kind = COLUMN_TYPES.get(next(iter(types)), "string") if len(types) == 1 else "string"
    if types and types <= {name for name, one in COLUMN_TYPES.items() if one in ("Int64", "Float64")} and len(types) > 1:
        kind = "Float64"
    texts = pandas.Series([None if cell is None else cell["value"] for cell in cells], dtype="string")
    if kind in ("Int64", "Float64"):
        return pandas.to_numeric(texts).astype(kind)
    if kind == "boolean":
        return texts.map({"true": True, "1": True, "false": False, "0": False}).astype("boolean")
    return pandas.to_datetime(texts).astype(kind) if kind.startswith("datetime") else texts


def _message(error: Exception) -> str:
    """Give the server's own words where it sent some."""
    text = _body(error)
    try:
        return json.loads(text)["detail"]
    except (ValueError, KeyError, TypeError):
        return f"{type(error).__name__}: {' '.join(text.split())[:300] or error}."


def _body(error: Exception) -> str:
    """Give what the server sent with a refusal; SPARQLWrapper keeps it only inside its message, as a Python literal."""
    if isinstance(error, HTTPError):
        return error.read().decode("utf-8", "replace")
    literal = str(error).partition("Response:\n")[2]
    try:
        return ast.literal_eval(literal).decode("utf-8", "replace") if literal else ""
    except (ValueError, SyntaxError, AttributeError):
        return literal


def _in_own_columns(message: str) -> str:
    """Give the server's words with columns of the first line counted from where the query begins, not our prefixes."""
    return re.sub(r"^Line 1, column (\d+)", lambda place: f"Line 1, column {max(1, int(place[1]) - len(PREFIXES))}", message)
