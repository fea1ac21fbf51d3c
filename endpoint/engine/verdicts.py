"""Verdicts: what a query process told, or how it ended, as a problem that a person can act on."""

import re
from collections.abc import Iterable
from typing import Any

from endpoint.engine import Inquiry
from endpoint.engine.xml_forms import XML_TYPES
from endpoint.errors import (
    BadRequest,
    Busy,
    EngineFailure,
    FetchFailed,
    MemoryLimit,
    MergeTooLarge,
    NotAcceptable,
    Problem,
    QueryTooDeep,
    ResultLimit,
    SpatialQuery,
    TimeLimit,
    UpdateFailed,
)
from endpoint.lexing import words
from endpoint.media_types import GRAPH_FORMS, JSON_LD, RDF_XML, SOLUTION_FORMS, Form
from endpoint.settings import EndpointSettings
from endpoint.syntax import excerpt, syntax_problem

UNKNOWN_FUNCTION = re.compile(r"custom (?:aggregate )?function <([^>]*)> is not supported")
GRAPH_STATE = re.compile(r"RuntimeError: (The graph <([^>]*)> (?:does not exist|already exists))")
NO_SERVICE_NAME = "The variable encoding the service name is unbound"
NO_TRIPLE_TERM = "is not a valid RDF 1.2 term"
NO_TRIPLE_TERMS = "OSError: JSON-LD does not support"
# Nothing but SERVICE and LOAD makes the engine meet an error of the operating system in a query.
FETCH_FAULTS = ("PermissionError:", "OSError:", "ConnectionError:", "ConnectionRefusedError:", "TimeoutError:")


def problem_told(told: dict[str, Any], inquiry: Inquiry, settings: EndpointSettings) -> Problem:
    """Give the problem that a query process told."""
    kind = told["problem"]
    if kind == "syntax":
        return syntax_problem(told["message"], inquiry.text, told.get("diagnosis"))
    if kind == "spatial":
        place = {"line": told["line"], "column": told["column"], "excerpt": excerpt(inquiry.text, told["line"], told["column"])}
        return SpatialQuery(told["message"], function=told["function"], repair=told["repair"], **place)
    if kind == "form":
        return not_acceptable(GRAPH_FORMS if told["kind"] == "graph" else SOLUTION_FORMS)
    if kind == "memory":
        return problem_of_end("memory", 0.0, settings)
    if kind == "xml":
        return not_in_xml(told["message"], forms_beside(told["media_type"]))
    if kind == "result":
        return ResultLimit(f"The result is larger than {settings.result_mib} MiB. " + ResultLimit.explanation, limit_mib=settings.result_mib)
    if kind == "merge":
        return MergeTooLarge(f"Together the graphs hold more than {told['limit']:,} triples. " + MergeTooLarge.explanation, limit=told["limit"])
    if unknown := UNKNOWN_FUNCTION.search(told["message"]):
        return BadRequest(f"There is no function <{unknown[1]}> here. The service description lists those there are.", function=unknown[1])
    if told["message"].startswith(NO_TRIPLE_TERMS):
        forms = [form.media_type for form in GRAPH_FORMS if form is not JSON_LD]
        return NotAcceptable(f"The result holds triple terms (RDF 1.2), which JSON-LD cannot write. Available are: {', '.join(forms)}.", available=forms)
    if state := GRAPH_STATE.match(told["message"]):
        return UpdateFailed(f"{state[1]}. Nothing was changed. With SILENT the operation passes over this.", graph=state[2])
    if NO_SERVICE_NAME in told["message"]:
        # Only a scratch store comes to ask a SERVICE that a variable names, and it reaches none.
        return FetchFailed()
    if NO_TRIPLE_TERM in told["message"]:
        return BadRequest("A triple term has a literal or another triple term as its subject, or no IRI as its predicate, which RDF 1.2 does not have.")
    if told["message"].startswith(FETCH_FAULTS) and {"SERVICE", "LOAD"} & words(inquiry.text):
        return FetchFailed(FetchFailed.unanswered) if settings.service_hosts else FetchFailed()
    return EngineFailure()


def not_in_xml(what: str, forms: Iterable[Form]) -> NotAcceptable:
    """Give the problem of what XML cannot hold; of the forms that there are, those that can are named."""
    known = [form.media_type for form in forms if form.media_type not in XML_TYPES]
    return NotAcceptable(f"There is {what} in it, which XML cannot write. Available are: {', '.join(known)}.", available=known)


def forms_beside(media_type: str) -> Iterable[Form]:
    """Give all forms of the kind of result that this media type is one of."""
    return GRAPH_FORMS if media_type == RDF_XML.media_type else SOLUTION_FORMS


def not_acceptable(forms) -> NotAcceptable:
    """Give the problem of a client that accepts none of the forms."""
    available = [form.media_type for form in forms]
    return NotAcceptable("Available are: " + ", ".join(available) + ".", available=available)


def problem_of_end(cause: str, ran_s: float, settings: EndpointSettings, limit_s: float | None = None) -> Problem:
    """Give the problem that the end of a query process means."""
    if cause == "time":
        limit_s = limit_s or settings.query_timeout_s
        if ran_s < limit_s / 2:
            return Busy("Other queries were before this one until its time was over.", retry_after_s=10)
        return TimeLimit(f"The query was stopped after {limit_s:g} seconds. " + TimeLimit.explanation.partition(". ")[2], limit_s=limit_s)
    if cause == "memory":
        return MemoryLimit(
            f"The query was stopped when it needed more than {settings.query_memory_mib} MiB. " + MemoryLimit.explanation.partition(". ")[2],
            limit_mib=settings.query_memory_mib,
        )
    if cause == "depth":
        return QueryTooDeep()
    if cause == "crowded":
        return Busy("The service is busy with other long queries: together they needed more memory than there is for them, and this one held much for long.", retry_after_s=10)
    if cause == "nursery":
        return Busy("The query processes had to be started anew while the query ran.", retry_after_s=5)
    if cause in ("evicted", "stopped", "retired"):
        return Busy("The query was ended in favour of others.", retry_after_s=10)
    return EngineFailure()
