"""Parallel runners of steps: threads of this process, or a Dask cluster."""

from __future__ import annotations

import concurrent.futures
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from catalog.base.errors import ArtcatError
from tasks.prefect_run import in_prefect_run
from tasks.task import Task

if TYPE_CHECKING:
    from prefect.task_runners import TaskRunner


class Future(Protocol):
    """A submitted step."""

    def result(self) -> Any:
        """Wait for the step; return its result or raise its error."""


@dataclass(frozen=True)
class Runner:
    """A runner of concurrent steps."""

    submit: Callable[[Task[..., Any], dict[str, Any]], Future]
    """Submits a step with keyword arguments."""
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
    with _executor(dask, workers) as executor:
        yield Runner(
            lambda task, given: executor.submit(partial(task, **given)),
            concurrent.futures.as_completed,
        )


def prefect_runner(dask: str | None, workers: int) -> TaskRunner[Any]:
    """Return the task runner of Prefect; see `task_runner`."""
    from prefect.task_runners import ThreadPoolTaskRunner  # noqa: PLC0415

    if not dask:  # an empty variable counts as unset
        return ThreadPoolTaskRunner(max_workers=workers)
    cluster = _import_dask("prefect_dask.task_runners").DaskTaskRunner
    if dask == "local":
        return cluster(cluster_kwargs=_local_cluster(workers))  # type: ignore[no-any-return]
    return cluster(address=dask)  # type: ignore[no-any-return]


@contextmanager
def _executor(dask: str | None, workers: int) -> Iterator[concurrent.futures.Executor]:
    """Open threads, or a Dask cluster behind the same interface; an interrupt waits for no step.

    The process ends soon after: the supervisor ensures that.
    """
    if not dask:
        threads = concurrent.futures.ThreadPoolExecutor(workers)
        try:
            yield threads
        finally:
            threads.shutdown(wait=False, cancel_futures=True)
        return
    given = _local_cluster(workers) if dask == "local" else {"address": dask}
    with _import_dask("distributed").Client(**given) as client:
        yield client.get_executor(pure=False)


def _local_cluster(workers: int) -> dict[str, Any]:
    return {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None}


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
