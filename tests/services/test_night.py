"""A night on Ceph, by a worker, on PostgreSQL: like a local one; its memory and delay."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.drills.homes import check_like
from tests.services.prefect_server import told


def test_the_tables_are_the_same(nights, new_home, reference):
    run_id = nights.finish(new_home)
    check_like(new_home, reference)
    assert nights.server.tasks(run_id)


AHEAD = 30


def _megabytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))


def test_memory_and_the_way_to_the_first_task(nights, worker, new_home, say):
    server = nights.server
    due = datetime.now(UTC) + timedelta(seconds=AHEAD)
    scheduled = {
        **{"parameters": told(nights.catalog, new_home)},
        "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": due.isoformat()}},
    }
    path = f"deployments/{nights.deployment}/create_flow_run"
    run_id = server.request("POST", path, scheduled)["id"]
    server.wait_for(run_id, "COMPLETED")
    starts = [task["start_time"] for task in server.tasks(run_id) if task["start_time"]]
    begun = datetime.fromisoformat(server.run(run_id)["start_time"])
    first = datetime.fromisoformat(min(starts))
    say(f"scheduled to flow: {(begun - due).total_seconds():.1f} s")
    say(f"scheduled to first task: {(first - due).total_seconds():.1f} s")
    say(f"memory: server {_megabytes(server.process.pid)} MB, worker {_megabytes(worker.pid)} MB")
