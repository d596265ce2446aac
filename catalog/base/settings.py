"""Settings: where the home is and how much of the machine to use."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from catalog.base.secrets import refuse_credentials

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")]
"""Language tags by BCP 47, in their short form: en, de, pt-BR."""


class Settings(BaseSettings):
    """Settings of every command; from `ARTCAT_*` variables or `artcat.toml`.

    Credentials are not here: boto3's own chain finds them.
    """

    model_config = SettingsConfigDict(
        env_prefix="ARTCAT_",
        toml_file="artcat.toml",
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
    )

    home: str = "./artcat-home"
    """Folder or s3://bucket/prefix for all results."""
    cache: Path = Path("~/.cache/artcat")
    """Local folder for checkpoints fetched from S3."""
    vocabulary: Path | None = None
    """A museum's own styles, in the layout of catalog/vocabulary/styles.toml."""
    threads: int = Field(os.cpu_count() or 1, ge=1)
    """Threads that read and decode images."""
    calibration_bound: float = Field(0.05, ge=0, le=1)
    """Largest calibration error for automatic promotion to champion."""
    target_precision: float = Field(0.95, gt=0, lt=1)
    """Precision that accepted predictions must reach before a catalog is open."""
    target_precision_by_catalog: dict[str, Annotated[float, Field(gt=0, lt=1)]] = {}
    """Targets of single catalogs: a table, or as a variable JSON such as {"wga": 0.97}."""
    languages: Annotated[tuple[Language, ...], NoDecode] = Field(("en",), min_length=1)
    """Languages of the descriptions, such as en,de; the first is `description`."""
    templates: Path | None = None
    """A museum's own description templates: a folder of en.j2, fr.j2, ..."""
    closest_works: int = Field(3, ge=0, le=20)
    """Similar artworks listed where the artist is unknown; 0: none."""
    style_tolerance: int = Field(25, ge=0)
    """Years outside a style's typical ones from which a prediction is flagged."""
    shard_works: int = Field(512, ge=1)
    """Images per shard, the unit of parallel work."""
    writer_wait: float = Field(600, ge=0)
    """Seconds to wait for another run that writes to the home; 0: do not wait."""
    keep_runs_days: int = Field(30, ge=1)
    """Days for which `maintain` keeps the tables as a run found and left them."""
    keep_files_hours: int = Field(168, ge=24)
    """Hours for which `maintain` keeps unneeded files of tables."""
    keep_training_days: int = Field(14, ge=1)
    """Days for which `maintain` keeps interrupted training runs."""
    log_format: Literal["text", "json"] = "text"
    """Format of the log on standard error: text, or json: one object per line."""
    dask: str | None = None
    """Where parallel steps run: a Dask scheduler, or `local`: processes here; default: threads."""

    @field_validator("*", mode="before")
    @classmethod
    def _without_credentials(cls, value: object, about: ValidationInfo) -> object:
        if isinstance(value, str):
            refuse_credentials(value, f"the setting ARTCAT_{(about.field_name or '').upper()}")
        return value

    @field_validator("languages", mode="before")
    @classmethod
    def _separated(cls, value: object) -> object:
        """Split the languages of a variable at commas."""
        return [part.strip() for part in value.split(",")] if isinstance(value, str) else value

    @field_validator("languages")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) < len(value):
            raise ValueError("a language is named more than once")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources: arguments override the environment, which overrides the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
