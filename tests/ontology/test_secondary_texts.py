"""What the sources say beside labels is kept: other labels, scope of themes, the definition of integration."""

import pytest
from rdflib import SKOS, Literal

from .conftest import SCHEME

TEXTS = [
    ("ewsi-theme", SKOS.definition, "six themes; four could be read"),
    ("ewsi-theme/active-citizenship", SKOS.definition, "naturalisation, political participation, volunteering"),
    ("ewsi-theme/economic-participation", SKOS.definition, "workforce diversity, self-employment and supplier"),
    ("ewsi-theme/social-cohesion", SKOS.definition, "urban development, social inclusion, social protection"),
    ("ewsi-theme/education-and-culture", SKOS.definition, "e-learning"),
    ("core-term/integration", SKOS.definition, "immigrants and residents adapt to each other"),
]
OTHER_LABELS = [
    ("target-group/immigrants", Literal("Zuwanderer", "de")),
    ("criterion/sustainability", Literal("viabilité", "fr")),
    ("criterion/relevance", Literal("relevancia", "es")),
    ("criterion/impact", Literal("übergeordnete entwicklungspolitische Wirkungen", "de")),
]


@pytest.mark.parametrize(("name", "prop", "words"), TEXTS, ids=[name for name, _, _ in TEXTS])
def test_text_is_kept(vocabulary, name, prop, words):
    """The words stand in the text of the concept or list."""
    assert any(words in text for text in vocabulary.objects(SCHEME[name], prop)), f"{name} no longer says: {words}"


@pytest.mark.parametrize(("name", "label"), OTHER_LABELS, ids=[label for _, label in OTHER_LABELS])
def test_second_label_of_a_source_is_kept(vocabulary, name, label):
    """A second label that a source gives stands as skos:altLabel."""
    assert (SCHEME[name], SKOS.altLabel, label) in vocabulary
