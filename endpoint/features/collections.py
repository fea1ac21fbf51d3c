"""The two collections of features: what each is called, what its features can be filtered by."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Queryable:
    """A property that filters can name. Shape: title, JSON type (string, number, integer or date)."""

    title: str
    type: str = "string"


@dataclass(frozen=True)
class Collection:
    """A collection. Shape: id, class, noun of its identifiers, title, description, queryables by name, text shown as name."""

    id: str
    class_name: str
    noun: str
    title: str
    description: str
    queryables: dict[str, Queryable]
    has_times: bool = False


COUNTRY = Queryable("Country: three letters of the EU authority table, or two letters of ISO 3166-1")

REGIONS = Collection(
    "regions", "Region", "region", "Regions",
    "Regions of Europe with their outlines, names, countries and codes.",
    {
        "name": Queryable("Name, in any of its languages"), "country": COUNTRY, "nuts_2021": Queryable("Code in NUTS 2021"),
        "nuts_2024": Queryable("Code in NUTS 2024"), "population": Queryable("Population, persons", "integer"), "area_km2": Queryable("Area, square kilometres", "number"),
    },
)
PRACTICES = Collection(
    "practices", "Practice", "practice", "Practices",
    "Integration practices, each as a point inside the outline of its region; practices without a place known to us have no geometry.",
    {
        "name": Queryable("Title, in any of its languages"), "topic": Queryable("Topic, or a narrower one: last part of the concept's address"),
        "country": COUNTRY, "region": Queryable("Region: last part of its address"), "target_group": Queryable("Target group: last part of the concept's address"),
        "start": Queryable("First day, as far as it is known", "date"), "end": Queryable("Last day, as far as it is known", "date"),
    },
    has_times=True,
)
COLLECTIONS = {collection.id: collection for collection in (REGIONS, PRACTICES)}
