"""Idempotent set-up of deployments, limits and automations on the Prefect server."""

from __future__ import annotations

from prefect.client.orchestration import SyncPrefectClient

from flows.deployment.automations import find_block, put_automations
from flows.deployment.changes import Change
from flows.deployment.definitions import definitions, pools, possible_names
from flows.deployment.deployments import put_deployment, remove_deployment
from flows.deployment.parameters import DeployParameters
from flows.deployment.pools import put_gpu_limit, put_pool


def deploy_all(client: SyncPrefectClient, given: DeployParameters) -> list[Change]:
    """Create what is missing, update what differs, leave the rest; return the change of each.

    Args:
        client: of the server.
        given: with absolute paths, as `placed` returns them.

    Raises:
        ArtcatError: for an invalid schedule or block, before anything is created; for a pool of
            another type.
    """
    wanted = definitions(given)
    block = find_block(client, given.notify) if given.notify else None
    changes = [put_pool(client, name, given) for name in pools(given)]
    if given.gpus:
        changes.append(put_gpu_limit(client, given.gpus))
    changes += [put_deployment(client, each) for each in wanted]
    # Without GPUs their deployments would still be scheduled beside the others
    kept = {(each.flow, each.name) for each in wanted}
    gone = [remove_deployment(client, *name) for name in possible_names(given) if name not in kept]
    changes += [change for change in gone if change is not None]
    changes += put_automations(client, block)
    return changes
