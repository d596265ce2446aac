"""Connection to the configured Prefect server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from httpx import HTTPError
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.exceptions import PrefectHTTPStatusError
from prefect.settings import get_current_settings

from catalog.base.errors import ArtcatError
from catalog.health.environment import PROXIES

ANSWER_SECONDS = 10
"""Timeout for the server's answer."""


@contextmanager
def configured_server() -> Iterator[SyncPrefectClient]:
    """Open a client of the configured server.

    Raises:
        ArtcatError: if none is configured, it cannot be reached, or refuses a request.
    """
    address = get_current_settings().api.url
    if not address:
        raise ArtcatError(
            "no Prefect server is configured: start one by `prefect server start`, and set "
            "PREFECT_API_URL to its address, such as http://127.0.0.1:4200/api"
        )
    # Opening a client of a server that does not answer would raise other errors
    client = get_client(sync_client=True, httpx_settings={"timeout": ANSWER_SECONDS})
    if problem := client.api_healthcheck():
        names = [name for name in PROXIES if os.environ.get(name) or os.environ.get(name.lower())]
        through = f" (asked through {' or '.join(names)})" if names else ""
        raise ArtcatError(
            f"the Prefect server at {address} does not answer ({problem!r}){through}: start it, or "
            "set PREFECT_API_URL to where it is"
        )
    with ExitStack() as stack:
        try:
            client = stack.enter_context(get_client(sync_client=True))
        except RuntimeError as error:  # it is of another major version
            raise ArtcatError(f"the Prefect server at {address} cannot be used: {error}") from error
        try:
            yield client
        except PrefectHTTPStatusError as error:
            raise ArtcatError(f"the Prefect server at {address} refuses: {error}") from error
        except HTTPError as error:
            raise ArtcatError(
                f"the Prefect server at {address} stopped answering: {error!r}"
            ) from error
