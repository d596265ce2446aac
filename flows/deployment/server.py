"""The configured Prefect server, or a line that says why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from httpx import HTTPError
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import get_current_settings

from catalog.errors import ArtcatError


@contextmanager
def configured_server() -> Iterator[SyncPrefectClient]:
    """A client of the configured server.

    Raises:
        ArtcatError: if none is configured, it cannot be reached, or refuses what it is asked.
    """
    address = get_current_settings().api.url
    if not address:
        raise ArtcatError(
            "no Prefect server is configured: start one by `prefect server start`, and set "
            "PREFECT_API_URL to its address, such as http://127.0.0.1:4200/api"
        )
    with get_client(sync_client=True) as client:
        if problem := client.api_healthcheck():
            raise ArtcatError(
                f"the Prefect server at {address} does not answer ({problem}): start it, or set "
                "PREFECT_API_URL to where it is"
            )
        try:
            yield client
        except PrefectHTTPStatusError as error:
            raise ArtcatError(f"the Prefect server at {address} refuses: {error}") from error
        except HTTPError as error:
            raise ArtcatError(f"the Prefect server at {address} fell silent: {error!r}") from error
