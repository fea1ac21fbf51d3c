"""Pages speak eight languages: what the reader asked for wins, texts fall back to English and say so."""

import re
import string

import pytest

from endpoint.languages import LANGUAGES, accepted_language, best_text, best_texts, messages, number_text
from endpoint.queries import Term


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word_with_the_same_places(language):
    own, english = messages.__wrapped__(language), messages("en")
    assert set(own) == set(english)
    for key, word in own.items():
        places = {name for _, name, _, _ in string.Formatter().parse(word) if name}
        assert places == {name for _, name, _, _ in string.Formatter().parse(english[key]) if name}, key
        assert word.strip(), key


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_no_language_is_left_in_english(language):
    same = {key for key, word in messages(language).items() if word == messages("en")[key] and len(word) > 20}
    assert not same


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("sv", "sv"),
        ("pt-BR, en;q=0.5", "pt"),
        ("ca, de;q=0.7, fr;q=0.9", "fr"),
        ("xx", "en"),
        ("de;q=0, it;q=0.1", "it"),
        ("de;q=nonsense, es", "es"),
        ("*", "en"),
        ("EL", "el"),
    ],
)
def test_accept_language(header, language):
    assert accepted_language(header) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_is_in_the_language_that_its_address_names(small, language):
    answer = small.get(f"/practices?lang={language}", headers={"Accept-Language": "fr"})
    assert answer.headers["content-language"] == language
    assert f'<html lang="{language}">' in answer.text
    assert messages(language)["practices_lead"][:40] in answer.text
    assert f'href="/regions?lang={language}"' in answer.text, "a chosen language is carried on"


def test_browser_language_is_taken_without_being_carried_on(small):
    answer = small.get("/practices", headers={"Accept-Language": "sv, en;q=0.5"})
    assert '<html lang="sv">' in answer.text
    assert "lang=sv" not in answer.text.split("<main")[1]
    assert "Accept-Language" in answer.headers["vary"]


def test_text_in_another_language_says_so(small):
    page = small.get("/practices/well?lang=sv").text
    assert '<h1><span lang="en">Well told</span></h1>' in page
    assert "<h1>Gut erzählt</h1>" in small.get("/practices/well?lang=de").text
    assert "Well told</h1>" in small.get("/practices/well?lang=en").text


def test_identifier_keeps_the_chosen_language(small):
    assert small.get("/id/practice/well?lang=de").headers["location"] == "/practices/well?lang=de"


def test_unknown_language_is_english(small):
    assert '<html lang="en">' in small.get("/?lang=xx").text


def text(value, language):
    return Term("literal", value, language)


def test_best_text_prefers_reader_then_english_then_any():
    texts = [text("c", "el"), text("b", "en"), text("a", "de")]
    assert [best_text(texts, language).value for language in ("de", "sv")] == ["a", "b"]
    assert best_text(texts[:1], "fr").value == "c"
    assert best_text([], "fr") is None


def test_best_texts_keep_all_of_the_best_language():
    texts = [text("one", "en"), text("eins", "de"), text("two", "en")]
    assert [found.value for found in best_texts(texts, "fr")] == ["one", "two"]


@pytest.mark.parametrize(
    ("value", "language", "shown"),
    [
        ("1611119", "en", "1\u202f611\u202f119"),
        ("10.30", "de", "10,3"),
        ("10.30", "en", "10.3"),
        ("0", "fr", "0"),
        ("n/a", "en", "n/a"),
        ("1e5", "en", "1e5"),
    ],
)
def test_numbers(value, language, shown):
    assert number_text(value, language) == shown


def test_dates_and_codes_are_not_grouped(site):
    page = site.get("/regions/azores").text
    assert re.search(r">\s*2019-01-01\s*<", page)
    assert "2\u202f019" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_has_words_in_every_language(language):
    from endpoint.errors import every_problem

    keys = [f"problem_{kind.slug.replace('-', '_')}" for kind in every_problem()]
    assert [key for key in keys if not messages(language).get(key) or not messages(language).get(f"{key}_text")] == []


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_problem_pages_speak_the_readers_language_and_mark_what_stays_english(small, language):
    words = messages(language)
    answer = small.get(f"/practices/nothing?lang={language}")
    assert answer.status_code == 404
    assert f"<h1>{words['problem_not_found']}</h1>" in answer.text
    assert words["problem_not_found_text"] in answer.text
    assert '<p lang="en">The graph holds nothing about ' in answer.text
    refused = small.get("/sparql", params={"query": "SELECT ?s WHERE { ?s ?p }", "lang": language})
    assert refused.status_code == 400
    assert words["problem_query_syntax"] in refused.text
    assert '<p lang="en">' in refused.text, "the words of the engine, whichever it is"
    missing = small.get(f"/practices?page=9&lang={language}").text
    assert words["back_to_list"] in missing
    assert f'href="/practices?lang={language}"' in missing


def test_problem_pages_in_english_tell_the_detail_alone(small):
    page = small.get("/practices/nothing?lang=en").text
    assert '<p class="lead">The graph holds nothing about ' in page
    assert '<p lang="en">' not in page


def test_problems_for_programs_stay_english(small):
    members = small.get("/practices/nothing?lang=pt", headers={"Accept": "application/json"}).json()
    assert members["title"] == "Nothing is known under this address"


def test_each_kind_of_problem_has_a_page_in_the_readers_language_or_says_that_it_has_not(small):
    for kind in small.get("/problem", headers={"Accept": "application/json"}).json():
        slug = kind["type"].rpartition("/")[2]
        page = small.get(f"/problem/{slug}?lang=sv").text
        told = messages("sv").get(f"problem_{slug.replace('-', '_')}")
        assert (f"<h1>{told}</h1>" if told else f'<h1 lang="en">{kind["title"]}</h1>') in page


def test_a_page_tells_which_formats_there_are(small):
    answer = small.get("/sparql", params={"query": "ASK {}", "format": "nonsense", "lang": "de"})
    assert answer.status_code == 406
    assert messages("de")["problem_not_acceptable"] in answer.text
