"""The settings of building: folders, base IRI, limits. Read from REGIN_* once; nothing happens on import."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from regin_graph.identifiers import CANONICAL_BASE


def project_folder() -> Path:
    """Give the folder that holds ontology/, shapes/ and data/: the checkout, else the copy inside the package."""
    checkout = Path(__file__).resolve().parent.parent
    if (checkout / "ontology").is_dir():
        return checkout
    return Path(__file__).resolve().parent / "project"


class BuildSettings(BaseSettings):
    """What a build reads, where it writes, and how many processes it uses."""

    model_config = SettingsConfigDict(env_prefix="REGIN_", frozen=True, extra="ignore")

    base_iri: str = Field(CANONICAL_BASE, description="Namespace of every identifier; ends with a slash.")
    data: Path = Field(default_factory=lambda: project_folder() / "data", description="Folder of records and tables.")
    ontology: Path = Field(
        default_factory=lambda: project_folder() / "ontology", description="Folder of ontology modules and schemes."
    )
    shapes: Path = Field(default_factory=lambda: project_folder() / "shapes", description="Folder of shapes and checks.")
    out: Path = Field(Path("build"), description="Folder that receives releases/ and the link `current`.")
    engine: str = Field("", description="Outside SPARQL 1.1 server that a build is loaded into: query address, comma, Graph Store address; empty: none.")
    engine_user: str = Field("", description="User that may write to the outside server, where it asks for one (basic or digest authentication).")
    engine_password: SecretStr = Field(SecretStr(""), description="Password of that user.")
    jobs: int = Field(0, ge=0, description="Processes used for checking; 0 means one per core.")

    @field_validator("base_iri")
    @classmethod
    def _ends_with_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")) or not value.endswith("/"):
            raise ValueError("must be an http(s) IRI that ends with a slash, such as https://w3id.org/regin/")
        return value

    @property
    def engine_credentials(self) -> tuple[str, str] | None:
        """User and password for the outside server, if it has any."""
        return (self.engine_user, self.engine_password.get_secret_value()) if self.engine_user else None
