"""`artcat deploy` against a Prefect server: creates once, is idempotent, updates differences."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.cli import app
from tasks import gpu

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("deploy")]


def run(capsys, *options):
    """What was done with each thing: {"deployment nightly/wga": ("created", "0 2 * * * UTC")}."""
    command = ("deploy", "--catalog", "s3://bucket/catalog", "--home", "s3://bucket/home")
    assert app.run([*command, *options, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    return {
        f"{each['kind']} {each['name']}": (each["done"], each["what"]) for each in said["changes"]
    }


def not_as_it_was(changes):
    return {
        name: done for name, done in changes.items() if done[0] not in ("unchanged", "left out")
    }


def test_made_once_then_left_alone_then_changed_where_it_differs(capsys, prefect_api):
    made = run(capsys)
    assert made["work pool artcat"] == ("created", "process")
    assert made["deployment nightly/wga"] == ("created", "0 2 * * * UTC")
    assert made["automation artcat zombie runs"][0] == "created"
    assert made["automation artcat night failed"][0] == "left out"
    assert "limit gpu" not in made

    assert not_as_it_was(run(capsys)) == {}

    nightly = prefect_api.read_deployment_by_name("nightly/wga")
    prefect_api.pause_deployment(nightly.id)
    (schedule,) = nightly.schedules
    prefect_api.update_deployment_schedule(nightly.id, schedule.id, active=False)
    assert not_as_it_was(run(capsys, "--cron", "30 1 * * *")) == {
        "deployment nightly/wga": ("changed", "schedules")
    }
    nightly = prefect_api.read_deployment_by_name("nightly/wga")
    assert nightly.paused, "what a person paused stays paused"
    assert [each.active for each in nightly.schedules] == [False]
    assert not_as_it_was(run(capsys, "--cron", "30 1 * * *")) == {}

    assert not_as_it_was(run(capsys, "--cron", "30 1 * * *", "--batch-size", "8")) == {
        f"deployment {name}/wga": ("changed", "batch_size") for name in ("nightly", "enrich")
    }


def test_with_gpus_and_without_them_again(capsys, prefect_api):
    run(capsys)
    made = run(capsys, "--gpus", "2")
    assert made["limit gpu"] == ("created", "2 slots")
    assert made["work pool artcat-gpu"][0] == "created"
    assert made["deployment nightly/wga-gpu"] == ("created", "0 2 * * * UTC")
    assert made["deployment nightly/wga"] == ("changed", "schedules")
    assert run(capsys, "--gpus", "1")["limit gpu"] == ("changed", "1 slots")
    gone = run(capsys)
    assert gone["deployment nightly/wga-gpu"][0] == "removed"
    assert gone["deployment nightly/wga"] == ("changed", "schedules")


def test_alerts_are_sent_to_a_block(capsys, prefect_api):
    from prefect.blocks.notifications import SlackWebhook

    SlackWebhook(url="http://127.0.0.1:9/").save("museum", overwrite=True)
    made = not_as_it_was(run(capsys, "--notify", "slack-webhook/museum"))
    alerts = ("night failed", "night not started", "champion changed")
    assert {f"automation artcat {name}" for name in alerts} <= set(made)
    assert not_as_it_was(run(capsys, "--notify", "slack-webhook/museum")) == {}
    # without a block they stay: nobody loses an alert by leaving out an option
    assert run(capsys)["automation artcat night failed"][0] == "unchanged"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--notify", "slack-webhook/nobody"), "no block slack-webhook/nobody"),
        (("--pool-type", "kubernetes", "--image", "artcat"), "of the type process"),
    ],
)
def test_refused_by_what_the_server_holds(capsys, prefect_api, options, said):
    run(capsys)
    assert app.run(["deploy", "--catalog", "s3://bucket/catalog", *options]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "said"),
    [(None, "no Prefect server is configured"), ("http://127.0.0.1:9/api", "does not answer")],
)
def test_refused_without_a_server(capsys, address, said):
    with temporary_settings({PREFECT_API_URL: address}):
        assert app.run(["deploy", "--catalog", "s3://bucket/catalog"]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "PREFECT_API_URL" in error


def test_threads_of_a_process_share_one_slot_of_the_gpu(capsys, prefect_api, monkeypatch):
    run(capsys, "--gpus", "1")
    monkeypatch.setattr(gpu, "has_gpu", lambda: True)
    monkeypatch.setattr(gpu, "in_prefect_run", lambda: True)
    together = Barrier(2, timeout=30)

    def slots():
        return prefect_api.read_global_concurrency_limit_by_name("gpu").active_slots

    def shard(_):
        with gpu.gpu_slot():
            together.wait()
            return slots()

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(shard, range(2))) == [1, 1]
    assert slots() == 0


def test_no_slot_is_waited_for_where_there_is_no_limit(prefect_api, monkeypatch):
    monkeypatch.setattr(gpu, "has_gpu", lambda: True)
    monkeypatch.setattr(gpu, "in_prefect_run", lambda: True)
    monkeypatch.setattr(gpu, "GPU", "no-such-limit")
    with gpu.gpu_slot():
        pass
