"""Where steps run side by side: threads of this process, or a Dask cluster."""

from __future__ import annotations

import logging
from typing import Any

from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from catalog.errors import ArtcatError


def task_runner(dask: str | None, workers: int) -> TaskRunner[Any]:
    """A runner for so many steps at a time.

    Args:
        dask: address of a scheduler; `local` for as many processes on this machine, each with one
            thread for tasks; None for threads.
        workers: steps at a time; a scheduler has its own number of workers.

    Raises:
        ArtcatError: if Dask is asked for and not installed.
    """
    if not dask:  # a variable that is set to nothing is not set
        return ThreadPoolTaskRunner(max_workers=workers)
    try:
        from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ArtcatError("Dask is not installed: pip install prefect-dask") from error
    # Its scheduler and workers tell of every connection that opens or closes.
    logging.getLogger("distributed").setLevel(logging.ERROR)
    if dask == "local":
        own = {"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None}
        return DaskTaskRunner(cluster_kwargs=own)
    return DaskTaskRunner(address=dask)
