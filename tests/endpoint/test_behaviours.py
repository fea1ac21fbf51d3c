"""What a demanding or hostile client may try, and the test that shows what it meets: each behaviour has one."""

import ast
from pathlib import Path

import pytest

BEHAVIOURS = {
    "test_protocol": {
        "query by GET": "get", "query by form": "post_form", "query by body": "post_direct", "dataset in the address of a body": "direct_with_dataset_in_the_address",
        "several graphs are merged, not counted twice": "default_graphs_are_truly_merged", "named graphs beside merged ones": "merge_keeps_named_graphs_and_all_triples",
        "named graphs alone": "only_named_graphs_leaves_the_default_graph_empty", "default graphs alone": "only_default_graphs_leaves_no_named_graph",
        "the protocol's dataset wins": "parameters_win_over_from_clauses", "two queries, query and update, wrong and missing types, codings, encodings": "post_that_is_refused",
        "empty, doubled and unreadable parameters": "get_that_is_refused", "other methods": "other_methods", "HEAD": "head_has_the_headers_without_the_body",
        "HEAD of a large result": "head_of_a_large_result_ends_at_once", "OPTIONS and Allow": "options_and_allow_name_the_methods", "charset": "charset_parameters_are_understood",
        "byte order mark": "a_byte_order_mark_before_the_query_is_passed_over", "trailing slash": "trailing_slash_is_the_same_address",
        "relative IRIs": "relative_iris_are_resolved_against_the_address", "an ordinary client": "sparqlwrapper", "a client on the command line": "curl",
    },
    "test_formats": {
        "JSON": "json", "XML": "xml", "CSV": "csv_quotes_what_must_be", "TSV": "tsv_has_terms", "booleans": "booleans_in_every_form", "graphs": "graphs_in_every_form_are_the_same_graph",
        "q-values, wildcards, aliases, 406 with a list, Vary": "choice", "format=": "format_parameter_wins_over_accept", "pages for browsers": "browsers_get_a_page",
        "pages for browsers that post": "a_browser_that_posts_gets_the_page_too", "SPARQL 1.2": "sparql_12_forms", "what XML cannot write": "what_xml_cannot_write_is_told_and_not_sent", "and in a large result": "a_large_result_that_xml_cannot_write_breaks_off",
        "carriage returns in XML": "carriage_returns_reach_readers_of_xml", "classes without an XML name": "classes_without_an_xml_name_can_be_written", "documents that XML cannot write": "documents_that_xml_cannot_write_are_told", "gzip, br, zstd": "content_codings",
        "every coding refused": "who_refuses_every_coding_is_told_those_there_are",
    },
    "test_caching": {
        "strong entity tags": "the_tag_is_strong_and_stable", "304": "not_modified", "another form has another tag": "other_query_form_or_dataset_has_another_tag",
        "POST is never 304": "a_post_is_never_not_modified", "NOW and RAND": "what_differs_each_time_is_not_kept", "repeated queries": "an_answer_is_kept", "problems": "problems_are_not_kept",
        "equal queries at once": "equal_queries_under_way_are_evaluated_once", "bounded memory": "the_memory_of_answers_is_bounded",
    },
    "test_problems": {
        "line, column, what was expected": "syntax_errors_have_a_place_and_what_was_expected", "unknown prefixes": "an_unknown_prefix_is_named_and_the_known_one_proposed",
        "slips of prefixes": "other_names_and_slips_of_prefixes_are_understood", "slips of keywords": "slips_of_keywords_are_understood",
        "unknown functions": "an_unknown_function_gives_no_value_and_a_warning", "nothing of the inside": "nothing_internal_is_told", "pages of problems": "a_browser_gets_a_page",
        "unknown addresses": "unknown_addresses", "what each problem means": "every_problem_is_explained_at_its_address", "faults of ours": "a_fault_of_ours_is_told_without_its_cause",
        "429": "the_rate_limit", "a full line": "a_full_line_is_told_with_the_time_to_come_back",
    },
    "test_headers": {
        "CORS, nosniff, policy, request id on answers and errors": "on_answers_and_problems_alike", "preflight": "preflight", "some origins only": "only_some_origins",
        "what is no HTTP, addresses beyond measure": "what_is_no_request_gets_a_problem", "Host missing, twice or wrong": "a_request_names_its_host_once", "what is no HTTP in log and metrics": "what_is_no_request_stands_in_the_log_and_is_counted", "nonsense after a request": "nonsense_after_a_request_does_not_spoil_its_answer",
        "ids in the log": "ids_differ_and_stand_in_the_log", "no contents in the log": "the_log_has_hashes_times_rows_and_outcomes_but_no_contents",
    },
    "test_limits": {
        "joins, VALUES, regular expressions, paths without end": "a_query_without_end_is_stopped_in_time", "memory bombs": "a_query_without_measure_is_stopped",
        "the memory limit is told": "the_memory_limit_holds", "the processor is free after a stop": "the_processor_is_free_after_a_stop",
        "less time on request, never more": "a_client_may_ask_for_less_time_but_not_for_more", "deep nesting": "nesting_is_refused_before_it_is_parsed", "long chains": "long_chains_harm_nobody",
        "addresses and headers without end": "an_address_or_headers_without_end_are_not_gathered", "long queries": "length_is_limited", "huge bodies": "a_huge_body_is_refused_early", "large bodies whose clients do not read": "a_client_that_sends_all_before_it_reads_is_told_too",
        "large bodies that do not come": "a_large_body_that_does_not_come_is_not_waited_for", "bodies that say they are huge": "a_body_that_says_it_is_huge_is_refused_before_it_comes",
        "long addresses": "address_length_is_limited", "SERVICE": "service_is_refused_without_a_connection", "the word SERVICE": "the_word_service_elsewhere_is_no_service",
        "FROM": "from_fetches_nothing", "no sockets": "a_query_process_can_open_no_connection_at_all", "cut results are seen": "rows_that_flow_are_never_cut_short_silently",
        "clients that pipeline and leave": "a_client_that_pipelines_and_leaves_frees_the_processor", "clients that leave in their body": "a_client_that_leaves_in_its_body_is_no_fault", "pipelined requests": "pipelined_requests_are_answered_in_order",
        "large results under HTTP/1.0": "http_10_clients_get_large_answers_with_their_length", "too large ones": "http_10_clients_are_told_what_is_too_large_for_them", "large results": "the_result_limit_breaks_the_connection",
        "the first byte": "a_large_result_begins_at_once_and_is_complete", "slow readers": "a_slow_reader_keeps_its_result_beyond_the_time_limit",
        "clients that leave": "a_client_that_leaves_frees_the_processor", "idle connections, requests in drops": "requests_in_drops_and_idle_connections_are_dropped",
        "large requests on slow lines": "a_large_request_may_take_longer_than_a_small_one", "HEAD ends its query": "a_head_request_ends_its_query",
        "small queries beside hostile ones": "lookups_are_quick_while_hostile_queries_run",
    },
    "test_operation": {
        "health": "health", "metrics": "metrics", "explain": "explain", "explain in a browser": "explain_in_a_browser", "slow-query log": "slow_queries_are_logged_without_their_text",
        "a new release under load": "a_new_release_is_taken_up_without_a_failed_request", "a broken release": "a_broken_release_is_not_taken_up",
        "nothing is written": "nothing_is_written_to_the_release", "kill -9 of idle query processes": "idle_query_processes_that_are_killed_are_replaced_and_nobody_is_told",
        "kill -9 of a query": "a_killed_query_is_told_and_others_go_on", "kill -9 of the nursery": "a_killed_nursery_is_replaced", "a nursery that hangs": "a_nursery_that_hangs_is_replaced", "stopping beside one that hangs": "an_engine_ends_a_nursery_that_hangs",
        "kill -9 of the server": "a_server_killed_at_work_leaves_nothing_behind_and_starts_again", "graceful stop": "a_stop_finishes_what_runs",
        "several server processes": "several_server_processes", "nothing to serve": "serving_nothing_is_refused_with_a_sentence",
    },
    "test_scratch": {
        "update by form and body": "update_by_form_and_body", "an update is seen at once": "every_query_after_an_update_sees_it", "update by GET": "an_update_by_get_is_refused",
        "refused updates change nothing": "an_update_that_is_refused_changes_nothing", "LOAD, DROP, SILENT": "what_cannot_be_carried_out_is_told_and_silent_passes_over_it",
        "files of the machine": "a_file_of_the_machine_is_never_read", "using-graph-uri": "using_graphs", "endless updates": "an_update_without_end_is_stopped_and_leaves_no_trace",
        "many updates": "changes_go_on_without_end", "graphs by their address": "direct_addresses", "If-Match, If-None-Match": "a_change_that_supposes_another_state_is_refused", "forms with files": "multipart", "forms written by hand": "multipart_as_written_by_hand",
        "broken forms": "broken_forms_are_refused", "reading a release by graph": "reading_a_release", "a release is not written": "a_release_is_not_written",
        "updates of a release": "update_of_a_release_is_refused", "scratch stores are for this machine": "scratch_is_for_this_machine_only",
    },
    "test_service_description": {
        "in every form": "in_every_rdf_form", "formats that are stated": "every_result_format_that_is_stated_works", "functions that are stated": "every_function_that_is_stated_is_known_to_the_engine",
        "allowed hosts": "an_allowed_host_is_asked_and_stated", "counts that are stated": "the_triples_that_are_stated_are_those_of_the_default_graph",
    },
    "test_fuzz": {"generated queries": "queries", "generated requests": "requests", "generated updates": "updates", "nothing is left": "nothing_is_left_running"},
    "test_settings": {"wrong settings": "a_wrong_setting_stops_the_start_with_a_sentence"},
}


@pytest.mark.parametrize("module", BEHAVIOURS)
def test_each_behaviour_has_its_test(module):
    tree = ast.parse(Path(__file__).with_name(f"{module}.py").read_text(encoding="utf-8"))
    written = {node.name.removeprefix("test_") for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert set(BEHAVIOURS[module].values()) <= written
