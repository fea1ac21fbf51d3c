"""Problems: every way in which a request can fail, with status, title and what helps.

Problem                     anything told to a client; body as RFC 9457 problem details or as a page
├─ BadRequest 400           the request is not what the protocol asks for
│  ├─ QuerySyntax           the text is not SPARQL: line, column, what was expected
│  ├─ SpatialQuery          a spatial function is called so that it can never give a value
│  ├─ QueryTooDeep          more nesting than allowed, or than the engine can take
│  ├─ FederationRefused     SERVICE to a host that is not allowed, LOAD
│  └─ MergeTooLarge         several graphs asked for as one are too large together
├─ Forbidden 403            switched off here
├─ NotFound 404
├─ Gone 410                was there once and is not kept
├─ MethodNotAllowed 405
├─ NotAcceptable 406        no form that the client accepts
├─ PreconditionFailed 412   If-Match or If-None-Match does not hold
├─ QueryTooLong 413         the text is longer than allowed
├─ UriTooLong 414
├─ UnsupportedMediaType 415
├─ TooManyRequests 429      the client's rate limit
├─ EngineFailure 503        the query process ended for a reason of its own
├─ FetchFailed 503          a scratch store fetches nothing from elsewhere
├─ UpdateFailed 503         an operation met a graph that is missing, or there already
├─ DamagedFile 503         a published file differs from its checksum
├─ Busy 503                 the waiting line is full, or the turn did not come in time
├─ TimeLimit 503            the query ran out of time
├─ MemoryLimit 503          the query ran out of memory
├─ ResultLimit 503          the result is larger than allowed
└─ HttpVersion 505          the result is too large for a client that knows no chunks
"""

from typing import Any


class Problem(Exception):
    """A problem of a request. `extra` holds further members of the problem details."""

    status = 500
    slug = "internal"
    title = "Something went wrong here"
    explanation = "The fault is on our side; the log holds it under the request id."

    def __init__(self, detail: str = "", *, headers: dict[str, str] | None = None, **extra: Any):
        super().__init__(detail or self.explanation)
        self.detail = detail or self.explanation
        self.headers = headers or {}
        self.extra = extra

    def members(self, base_iri: str, request_id: str = "") -> dict[str, Any]:
        """Give the members of the problem details. Source: RFC 9457, 3.1."""
        members = {"type": f"{base_iri}problem/{self.slug}", "title": self.title, "status": self.status, "detail": self.detail}
        if request_id:
            members["instance"] = f"urn:request:{request_id}"
        return members | self.extra


class BadRequest(Problem):
    """The request is not what the protocol asks for."""

    status, slug, title = 400, "bad-request", "The request cannot be understood"
    explanation = "The request does not follow the SPARQL 1.1 Protocol; the detail says where."


class QuerySyntax(BadRequest):
    """The text is not SPARQL. `extra`: line, column, expected, excerpt."""

    slug, title = "query-syntax", "The query has a syntax error"
    explanation = "The text is not SPARQL 1.1. Members `line`, `column` and `expected` say where and what was expected; `excerpt` shows the place."


class SpatialQuery(BadRequest):
    """A spatial function is called so that it can never give a value. `extra`: function, line, column, excerpt, repair."""

    slug, title = "spatial-query", "A spatial function cannot work as it is called"
    explanation = (
        "The number of arguments, a unit, a reference system, a geometry or the function's name is such that the call can never give a value. "
        "Members `function`, `line`, `column` and `repair` say which, where and what helps. What cannot be worked with in some rows only is "
        "no error of the query: the value stays unbound, and the header X-Regin-Warning and `head.link` of JSON results say why."
    )


class QueryTooDeep(BadRequest):
    """More nesting than allowed, or than the engine can take."""

    slug, title = "query-too-deep", "The query is nested too deeply"
    explanation = "Groups, brackets or expressions stand in each other deeper than is allowed here. Flatten the query or send it in parts."


class FederationRefused(BadRequest):
    """SERVICE to a host that is not allowed, or LOAD."""

    slug, title = "federation-refused", "This endpoint does not fetch from elsewhere"
    explanation = "SERVICE reaches only hosts that the operator has allowed, and LOAD is off. No connection was made. Ask the other endpoint yourself and join the results, or send them along as VALUES."


class MergeTooLarge(BadRequest):
    """Several graphs asked for as one are too large together."""

    slug, title = "merge-too-large", "The graphs are too large to be merged"
    explanation = "Several default graphs are merged for one query, up to a limit. Ask for fewer graphs, for one graph, or use GRAPH ?g."


class Forbidden(Problem):
    """Switched off here."""

    status, slug, title = 403, "forbidden", "This is not allowed here"
    explanation = "The function is switched off at this endpoint."


class NotFound(Problem):
    """Nothing is known under this name."""

    status, slug, title = 404, "not-found", "Nothing is known under this address"
    explanation = "The address names nothing that is in the graph."


class Gone(Problem):
    """Was there once and is not kept. `extra`: known."""

    status, slug, title = 410, "gone", "This is no longer kept"
    explanation = "The address named something once. Member `known` lists what there is in its place."


class MethodNotAllowed(Problem):
    """The address does not take this method."""

    status, slug, title = 405, "method-not-allowed", "This address does not take this method"
    explanation = "The header Allow names the methods that it takes."


class NotAcceptable(Problem):
    """No form that the client accepts. `extra`: available."""

    status, slug, title = 406, "not-acceptable", "None of the accepted formats is available"
    explanation = "The header Accept (or the parameter format) names no form that the result has, or can be written in; member `available` lists those there are. For Accept-Encoding it lists the content codings."


class PreconditionFailed(Problem):
    """If-Match or If-None-Match does not hold. Source: RFC 9110, 13.1 and 15.5.13."""

    status, slug, title = 412, "precondition-failed", "The graph is not as the request supposes"
    explanation = "If-Match or If-None-Match does not hold: the graph was changed meanwhile, is there already, or is not there. Nothing was changed. Read it again, and send what you mean with its new ETag."


class QueryTooLong(Problem):
    """The text is longer than allowed."""

    status, slug, title = 413, "query-too-long", "The query is too long"
    explanation = "The text is longer than is allowed here. Send large VALUES in parts."


class UriTooLong(Problem):
    """The request target is longer than allowed."""

    status, slug, title = 414, "uri-too-long", "The address is too long"
    explanation = "Send the query by POST, as application/sparql-query or as a form."


class UnsupportedMediaType(Problem):
    """The body has a type that is not read here."""

    status, slug, title = 415, "unsupported-media-type", "The body has a type that is not read here"
    explanation = "Member `accepted` lists the types that are read."


class TooManyRequests(Problem):
    """The client's rate limit."""

    status, slug, title = 429, "too-many-requests", "Too many queries in a short time"
    explanation = "Wait as long as Retry-After says, in seconds."


class EngineFailure(Problem):
    """The query process ended for a reason of its own."""

    status, slug, title = 503, "engine-failure", "The query could not be finished"
    explanation = "The process that evaluated the query ended. Others are not affected; trying again may help."


class FetchFailed(Problem):
    """Fetching from elsewhere failed, as a scratch store fetches nothing or as the other host did not answer: the operation is carried
    out and fails, so that SILENT means what it says.
    The status is that of a request that is understood and cannot be executed. Source: SPARQL 1.1 Protocol, 2.1.6 and 2.2.5."""

    status, slug, title = 503, "fetch-failed", "Nothing came from elsewhere"
    explanation = (
        "SERVICE and LOAD failed because this endpoint opens no connections; nothing was changed. With SILENT the operation passes over this. "
        "Send the data themselves, by INSERT DATA or the Graph Store Protocol."
    )
    unanswered = (
        "SERVICE failed: a host that it names did not answer, or not with SPARQL results. With SILENT the query passes over this. Ask the host itself whether it answers, or try again later."
    )


class UpdateFailed(Problem):
    """An operation met a graph that is missing, or there already. `extra`: graph. Source: SPARQL 1.1 Update, 3.2; Protocol, 2.2.5."""

    status, slug, title = 503, "update-failed", "The update could not be carried out"
    explanation = "CLEAR, DROP and MOVE need a graph that is there, CREATE one that is not. Nothing was changed. With SILENT the operation passes over this."


class DamagedFile(Problem):
    """A published file differs from its checksum."""

    status, slug, title = 503, "damaged-file", "This file is damaged"
    explanation = "The file differs from the checksum that its release states, and is not served. The catalogue names the same dataset in other formats."


class Busy(Problem):
    """The waiting line is full, or the turn did not come in time."""

    status, slug, title = 503, "busy", "Too much is being asked at once"
    explanation = "The waiting line is full. Try again after the seconds in Retry-After."

    def __init__(self, detail: str = "", *, retry_after_s: int = 5, **extra: Any):
        super().__init__(detail, headers={"Retry-After": str(retry_after_s)}, **extra)


class TimeLimit(Problem):
    """The query ran out of time. `extra`: limit_s."""

    status, slug, title = 503, "time-limit", "The query ran longer than is allowed"
    explanation = "The query was stopped at the time limit. Narrow it (name a class, a region, a graph), page it with ORDER BY, LIMIT and OFFSET, or use the dumps for whole-graph questions."


class MemoryLimit(Problem):
    """The query ran out of memory. `extra`: limit_mib."""

    status, slug, title = 503, "memory-limit", "The query needed more memory than is allowed"
    explanation = "The query was stopped at the memory limit. Sorting, grouping and joins without a shared variable hold everything at once: narrow the pattern first, or page with LIMIT."


class ResultLimit(Problem):
    """The result is larger than allowed. `extra`: limit_mib."""

    status, slug, title = 503, "result-limit", "The result is larger than is allowed"
    explanation = "The result was stopped at the size limit. Page it with ORDER BY, LIMIT and OFFSET, or use the dumps."


class HttpVersion(Problem):
    """The result is too large for a client that knows no chunks. `extra`: limit_mib."""

    status, slug, title = 505, "http-version", "The result is too large for HTTP/1.0"
    explanation = "HTTP/1.0 does not know answers that come in chunks, as large ones do here. Ask by HTTP/1.1, or page with ORDER BY, LIMIT and OFFSET."


def every_problem() -> list[type[Problem]]:
    """Give every class of problem, for the pages that explain them."""
    found, todo = [], [Problem]
    while todo:
        kind = todo.pop(0)
        found.append(kind)
        todo.extend(kind.__subclasses__())
    return found
