"""Find the home that a command speaks of."""

from __future__ import annotations

import tomllib

from pydantic import ValidationError
from pydantic_settings import SettingsError

from catalog.errors import ArtcatError
from catalog.settings import Settings
from catalog.store import Store, open_store


def settings() -> Settings:
    """The settings of this process.

    Raises:
        ArtcatError: naming the variable that has an unfit value, or artcat.toml if that is no TOML.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "ARTCAT_" + "_".join(str(part) for part in first["loc"]).upper()
        raise ArtcatError(f"the setting {name} is unfit: {first['msg']}") from error
    except SettingsError as error:  # a variable that is to hold JSON
        raise ArtcatError(f"a setting is unfit: {error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ArtcatError(f"artcat.toml cannot be read: {error}") from error


def open_home(uri: str | None) -> Store:
    """The home at an address, by default that of the settings."""
    return open_store(uri or settings().home)


def open_existing_home(uri: str | None) -> Store:
    """The home at an address, which must hold tables.

    Raises:
        ArtcatError: if nothing was ever ingested there.
    """
    home = open_home(uri)
    if next(home.list("tables"), None) is None:
        raise ArtcatError(f"{home.uri} holds no tables yet: run `artcat nightly` or `artcat demo`")
    return home
