"""The eighteen fields of the collection template, in its order, with the properties that answer each.
Source: REGIN collection template, work package 6."""
from dataclasses import dataclass

REGIN = "https://w3id.org/regin/def/"
DCTERMS = "http://purl.org/dc/terms/"
CV = "http://data.europa.eu/m8g/"
FOAF = "http://xmlns.com/foaf/0.1/"


@dataclass(frozen=True)
class TemplateField:
    """A field: its concept in the scheme of template fields, properties with texts or values, and the property of its parts."""

    name: str
    properties: tuple[str, ...] = ()
    parts: str = ""


def _own(*names: str) -> tuple[str, ...]:
    return tuple(REGIN + name for name in names)


TEMPLATE_FIELDS = (
    TemplateField("title", (DCTERMS + "title", FOAF + "page")),
    TemplateField("needs-gaps", _own("need")),
    TemplateField("objective", _own("objective")),
    TemplateField("type-topic", _own("topic")),
    TemplateField("short-description", (DCTERMS + "description",)),
    TemplateField("partnership", parts=CV + "hasParticipation"),
    TemplateField("beneficiaries", _own("targetGroup", "targetGroupText", "targetGroupPhase")),
    TemplateField("duration", _own("startDate", "endDate", "durationText")),
    TemplateField("location", _own("locationText", "scale", "otherRegion")),
    TemplateField("related-initiatives", _own("relatedInitiative", "partOfStrategy")),
    TemplateField("budget", parts=REGIN + "budget"),
    TemplateField("funding", parts=REGIN + "funding"),
    TemplateField("outputs", _own("output", "outputsMeetObjective")),
    TemplateField("challenges", _own("challenge")),
    TemplateField("lessons-learnt", _own("lessonLearnt")),
    TemplateField("evaluation", parts=REGIN + "evaluationConducted"),
    TemplateField("transferability", _own("transferability", "transferKind")),
    TemplateField("contact", parts=CV + "contactPoint"),
)
