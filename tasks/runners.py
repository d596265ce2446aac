"""Parallel runners of steps: threads of this process, or a Dask cluster."""

from __future__ import annotations

import concurrent.futures
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from catalog.base.errors import ArtcatError
from tasks.prefect_run import in_prefect_run
from tasks.task import Task

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner


_LOCAL_CLUSTER: dict[str, Any] = {"threads_per_worker": 1, "dashboard_address": None}


class Runner(NamedTuple):
    """A runner of concurrent steps."""

    submit: Callable[[Task[..., Any], dict[str, Any]], Any]
    """Submits a step with keyword arguments; returns its future."""
    as_completed: Callable[[list[Any]], Iterator[Any]]
    """Yields futures in order of completion."""


@contextmanager
def task_runner(dask: str | None, workers: int) -> Iterator[Runner]:
    """Open a runner for this many concurrent steps.

    Args:
        dask: address of a scheduler; `local` for as many processes on this machine, each with one
            thread for tasks; None for threads.
        workers: steps at a time; a scheduler has its own number of workers.

    Raises:
        ArtcatError: if Dask is requested and not installed.
    """
    if in_prefect_run():
        from prefect.futures import as_completed  # noqa: PLC0415

        with prefect_runner(dask, workers) as runner:
            yield Runner(lambda task, given: runner.submit(task.on_prefect, given), as_completed)
        return
    if not dask:  # an empty variable counts as unset
        threads = concurrent.futures.ThreadPoolExecutor(workers)
        try:
            yield _runner_on(threads)
        finally:  # an interrupt waits for no step: the supervisor ends the process soon after
            threads.shutdown(wait=False, cancel_futures=True)
        return
    given = _LOCAL_CLUSTER | {"n_workers": workers} if dask == "local" else {"address": dask}
    with _import_dask("distributed").Client(**given) as client:
        yield _runner_on(client.get_executor(pure=False))


def _runner_on(executor: concurrent.futures.Executor) -> Runner:
    return Runner(
        lambda task, given: executor.submit(partial(task, **given)),
        concurrent.futures.as_completed,
    )


def prefect_runner(dask: str | None, workers: int) -> TaskRunner[Any]:
    """Return the task runner of Prefect; see `task_runner`."""
    from prefect.task_runners import ThreadPoolTaskRunner  # noqa: PLC0415

    if not dask:
        return ThreadPoolTaskRunner(max_workers=workers)
    cluster = _import_dask("prefect_dask.task_runners").DaskTaskRunner
    if dask == "local":
        return cluster(cluster_kwargs=_LOCAL_CLUSTER | {"n_workers": workers})  # type: ignore[no-any-return]
    return cluster(address=dask)  # type: ignore[no-any-return]


def _import_dask(name: str) -> Any:
    """Import a module of an extra, and keep Dask from logging every connection.

    Raises:
        ArtcatError: if it is not installed.
    """
    logging.getLogger("distributed").setLevel(logging.ERROR)
    try:
        return import_module(name)
    except ImportError as error:
        raise ArtcatError("Dask is not installed: pip install prefect-dask") from error
