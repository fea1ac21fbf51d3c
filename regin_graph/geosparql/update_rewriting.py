"""Give the patterns of an update the meaning they have in a query: relations as properties, and RDFS entailment.

Only WHERE is rewritten, never what is inserted or deleted; DELETE WHERE, whose pattern is both, stays as it is. No index
is asked, as an earlier operation of the same request may have changed the data; the schema is that before the request.
"""

from regin_graph.geosparql.query_parser import Parser
from regin_graph.geosparql.query_tokens import UnreadableQuery
from regin_graph.geosparql.query_tree import Opaque, Query
from regin_graph.geosparql.rewriter import Rewriter
from regin_graph.geosparql.rewriting_task import RewritingTask
from regin_graph.geosparql.schema import Schema
from regin_graph.geosparql.vocabulary import MARK


def prepare_update(text: str, schema: Schema, *, rdfs: bool = True, rewrite: bool = True, prefixes: dict[str, str] | None = None) -> str:
    """Give the update to hand to the engine; one that names no GeoSPARQL IRI, or is not understood, as it is."""
    if MARK not in text or not (rdfs or rewrite):
        return text
    pieces, written = [], 0
    try:
        parser = Parser(text, prefixes)
        while not parser.at_end():
            if parser.is_next("PREFIX", "BASE"):
                parser.prologue()
            elif parser.is_next("WHERE") and not (parser.place and parser.tokens[parser.place - 1].word == "DELETE"):
                parser.next()
                begin = parser.peek().begin
                group = parser.group()
                query = Query(Opaque([]), group, Opaque([]), "ASK", False, parser.prefixes, True)
                task = RewritingTask(text, query, schema, rdfs=rdfs, rewrite=rewrite, is_plain=False)
                Rewriter(task).rewrite_query()
                if task.notes:
                    pieces += [text[written:begin], query.group.text]
                    written = parser.tokens[parser.place - 1].end
            elif parser.is_next("{"):
                parser.balanced()
            else:
                parser.next()
    except (UnreadableQuery, RecursionError):
        return text
    return "".join([*pieces, text[written:]])
