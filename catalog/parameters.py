"""What a run may be told about homes and catalogs; flows and the command line share it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

DEFAULT_CATALOG_NAME = "wga"


class HomeParameters(BaseModel):
    """Where the results are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: str | None = Field(
        None, description="Folder or s3://bucket/prefix for all results; default: ARTCAT_HOME."
    )


class NamedCatalogParameters(HomeParameters):
    """Which of the home's catalogs."""

    name: str = Field(DEFAULT_CATALOG_NAME, description="Name of the catalog in the home.")


class IngestParameters(NamedCatalogParameters):
    """Which catalog is read, and as what."""

    catalog: str = Field(description="Folder or s3://bucket/prefix that holds the catalog.")
