"""A Prefect server whose automations are on, unlike that of the tests of flows."""

import pytest

from tests import temporary_prefect


@pytest.fixture(scope="module")
def prefect_api(tmp_path_factory):
    from prefect.client.orchestration import get_client

    name = "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(name, "true")
        patch.setitem(temporary_prefect.TEMPORARY, name, "true")
        # the server's empty database is taken from the ordinary cache: to make one takes long
        patch.delenv("ARTCAT_CACHE", raising=False)
        folder = tmp_path_factory.mktemp("server")
        with temporary_prefect.temporary_server(folder), get_client(sync_client=True) as client:
            yield client
