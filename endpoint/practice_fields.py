"""The eighteen fields of the collection template, in its order, with the properties that answer each.
Source: REGIN collection template, work package 6."""

from dataclasses import dataclass
from functools import cache

DCTERMS = "http://purl.org/dc/terms/"
CV = "http://data.europa.eu/m8g/"
FOAF = "http://xmlns.com/foaf/0.1/"


@dataclass(frozen=True)
class TemplateField:
    """A field: its concept in the scheme of template fields, properties with texts or values, and the property of its parts."""

    name: str
    properties: tuple[str, ...] = ()
    parts: str = ""


@cache
def template_fields(regin: str) -> tuple[TemplateField, ...]:
    """Give the fields in the order of the template. `regin` is the namespace of the vocabulary."""

    def own(*names: str) -> tuple[str, ...]:
        return tuple(regin + name for name in names)

    return (
        TemplateField("title", (DCTERMS + "title", FOAF + "page")),
        TemplateField("needs-gaps", own("need")),
        TemplateField("objective", own("objective")),
        TemplateField("type-topic", own("topic")),
        TemplateField("short-description", (DCTERMS + "description",)),
        TemplateField("partnership", parts=CV + "hasParticipation"),
        TemplateField("beneficiaries", own("targetGroup", "targetGroupText", "targetGroupPhase")),
        TemplateField("duration", own("startDate", "endDate", "durationText")),
        TemplateField("location", own("locationText", "scale", "otherRegion")),
        TemplateField("related-initiatives", own("relatedInitiative", "partOfStrategy")),
        TemplateField("budget", parts=regin + "budget"),
        TemplateField("funding", parts=regin + "funding"),
        TemplateField("outputs", own("output", "outputsMeetObjective")),
        TemplateField("challenges", own("challenge")),
        TemplateField("lessons-learnt", own("lessonLearnt")),
        TemplateField("evaluation", parts=regin + "evaluationConducted"),
        TemplateField("transferability", own("transferability", "transferKind")),
        TemplateField("contact", parts=CV + "contactPoint"),
    )
