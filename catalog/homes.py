"""Find the home that a command speaks of."""

from __future__ import annotations

import tomllib

from pydantic import ValidationError
from pydantic_settings import SettingsError

from catalog.errors import ArtcatError, StoreError
from catalog.home_address import check_home_address
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


def open_home_store(uri: str | None) -> Store:
    """Return the home at an address, by default that of the settings.

    Raises:
        StoreError: for an address that some component would read as another one.
    """
    given = settings().home if uri is None else uri
    if not given:
        raise StoreError("the address of the home is empty: give a folder or s3://bucket/prefix")
    home = open_store(given)
    check_home_address(home)
    return home


def open_existing_home(uri: str | None) -> Store:
    """The home at an address, which must hold tables.

    Raises:
        ArtcatError: if nothing was ever ingested there.
    """
    home = open_home_store(uri)
    if next(home.list("tables"), None) is None:
        raise ArtcatError(f"{home.uri} holds no tables yet: run `artcat nightly` or `artcat demo`")
    return home
