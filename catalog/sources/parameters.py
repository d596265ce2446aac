"""Parameters of runs for homes and catalogs, shared by flows and the command line."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from catalog.base.secrets import refuse_credentials

_NAMED = {"\\t": "\t", "tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "bar": "|"}


def _named_delimiter(given: str) -> str:
    r"""Return the one character that is meant, by itself or as `\t`, `tab`, `semicolon`."""
    delimiter = _NAMED.get(given.lower(), given)
    if len(delimiter) != 1 or delimiter in "\"'\\\r\n \0" or delimiter.isalnum():
        raise ValueError(
            f"the delimiter is one character, such as , ; | or \\t for the tabulator, not {given!r}"
        )
    return delimiter


Delimiter = Annotated[str, AfterValidator(_named_delimiter)]


class HomeParameters(BaseModel):
    """Parameters that name the home."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    home: str | None = Field(
        None, description="Folder or s3://bucket/prefix for all results; default: ARTCAT_HOME."
    )

    @field_validator("*", mode="before")
    @classmethod
    def _without_credentials(cls, value: object, about: ValidationInfo) -> object:
        """Parameters are shown on the pages of Prefect and stored in its database."""
        if isinstance(value, str):
            refuse_credentials(value, f"the parameter {about.field_name}")
        return value


class NamedCatalogParameters(HomeParameters):
    """Parameters that select one of the home's catalogs."""

    name: str | None = Field(None, description="Catalog name in the home; default: all catalogs.")


class MaintainParameters(HomeParameters):
    """Parameters of maintenance."""

    dry_run: bool = Field(False, description="Show what would be done, without doing it.")


class RestoreParameters(HomeParameters):
    """Parameters of restoring tables to their state after a run."""

    run: str = Field(description="Id of the run, or its beginning.")
    table: str | None = Field(
        None, description="Only this table; default: all tables, kept consistent."
    )
    before: bool = Field(
        False, description="Restore the state before the run; default: the state after it."
    )
    dry_run: bool = Field(False, description="Show what would be done, without doing it.")


class IngestParameters(NamedCatalogParameters):
    """Parameters that select the catalog to read and its layout."""

    name: str | None = Field(
        None, description="Catalog name in the home; default: the source's name."
    )
    catalog: str = Field(description="Folder or s3://bucket/prefix of the catalog, or its file.")
    source: str = Field(
        "historic-art", description="historic-art, wga-catalog, or a mapping file (.toml)."
    )
    images: str | None = Field(
        None,
        description="Folder or s3://bucket/prefix of the images, or `addresses`: they are fetched "
        "from the web addresses in the catalog; default: the catalog's folder.",
    )
    artists: str | None = Field(
        None, description="info_dataset.csv of historic-art, if stored elsewhere."
    )
    encoding: str | None = Field(None, description="Encoding of the file; default: detected.")
    delimiter: Delimiter | None = Field(
        None, description=r"Between fields, such as ';' or '\t'; default: detected."
    )
    allow_shrink: bool = Field(
        False,
        description="Continue even if over a tenth of the artworks or images are missing, or if "
        "artwork ids have changed.",
    )
    follow_links: bool = Field(
        False, description="Follow symbolic links that lead out of the image folder."
    )
    allow_private_hosts: bool = Field(
        False, description="Fetch images also from addresses of a private network."
    )


class GivenFacts(BaseModel):
    """Facts about an artwork, as a person enters them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    artist: str | None = Field(None, description="Artist, such as 'MONET, Claude'.")
    life: str | None = Field(None, description="The artist's years, such as '1840-1926'.")
    title: str | None = Field(None, description="Title.")
    date: str | None = Field(None, description="Date, such as 1872 or 'c. 1500'.")
    nationality: str | None = Field(None, description="The artist's nationality, such as French.")
    technique: str | None = Field(None, description="Technique, such as 'oil on canvas'.")
    form: str | None = Field(None, description="Form, such as painting or photograph.")
