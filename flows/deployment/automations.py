"""Automations of the Prefect server: reactions to events, or to their absence."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import yaml
from prefect.client.orchestration import SyncPrefectClient
from prefect.events.schemas.automations import AutomationCore
from prefect.exceptions import ObjectNotFound

import deploy
from catalog.base.errors import ArtcatError
from flows.deployment.changes import Change, compared

KIND = "automation"


def put_automations(client: SyncPrefectClient, block: UUID | None) -> list[Change]:
    """Create or update the automations of deploy/automations.yaml.

    Without a block those that notify are not created; existing ones are left alone.

    Args:
        client: of the server.
        block: the notification block to use.
    """
    return [_put(client, entry, block) for entry in entries()]


def find_block(client: SyncPrefectClient, notify: str) -> UUID:
    """Find a notification block by type/name.

    Raises:
        ArtcatError: if there is no such block, or it cannot notify.
    """
    block_type, _, name = notify.partition("/")
    try:
        found = client.read_block_document_by_name(name, block_type)
    except ObjectNotFound as error:
        raise ArtcatError(
            f"the Prefect server has no block {notify}: `prefect block ls` shows those it has"
        ) from error
    if found.block_schema is None or "notify" not in found.block_schema.capabilities:
        raise ArtcatError(f"the block {notify} cannot notify: give a notification block")
    return found.id


def entries() -> list[dict[str, Any]]:
    """Read the automations of deploy/automations.yaml."""
    found: list[dict[str, Any]] = yaml.safe_load(deploy.text("automations.yaml"))["automations"]
    return found


def _put(client: SyncPrefectClient, entry: dict[str, Any], block: UUID | None) -> Change:
    name = entry["name"]
    present = next(iter(client.read_automations_by_name(name)), None)
    if block is None and notifies(entry):
        if present is None:
            return Change(KIND, name, "left out", "it notifies: give --notify BLOCK")
        return Change(KIND, name, "as it was")
    wanted = filled(entry, block)
    if present is None:
        client.create_automation(wanted)
        return Change(KIND, name, "created")
    # Whether it was switched off is kept
    wanted.enabled = present.enabled
    change = compared(KIND, name, _fields(present), _fields(wanted))
    if change.done == "changed":
        client.update_automation(present.id, wanted)
    return change


def notifies(entry: dict[str, Any]) -> bool:
    """Return whether an automation sends a notification."""
    return any(action["type"] == "send-notification" for action in entry["actions"])


def filled(entry: dict[str, Any], block: UUID | None) -> AutomationCore:
    """Fill the notification block into an automation."""
    actions = [
        {**action, "block_document_id": block}
        if action["type"] == "send-notification"
        else dict(action)
        for action in entry["actions"]
    ]
    return AutomationCore.model_validate({**entry, "actions": actions})


def _fields(automation: AutomationCore) -> dict[str, Any]:
    core = AutomationCore.model_validate(automation.model_dump())
    fields = core.model_dump(mode="json", include={"description", "trigger", "actions"})
    for name in ("after", "expect", "for_each"):  # sets, in any order
        fields["trigger"][name] = sorted(fields["trigger"][name])
    return fields
