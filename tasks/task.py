"""Steps: a Prefect task within a run of Prefect, a plain function elsewhere."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import cached_property, update_wrapper, wraps
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

from catalog.base.errors import ArtcatError, TransientError
from catalog.storage.duck import translate_errors
from tasks.prefect_run import in_prefect_run

if TYPE_CHECKING:
    import prefect

_LOG = logging.getLogger("artcat.tasks")
_RETRY_SECONDS = (1, 10)

P = ParamSpec("P")
R = TypeVar("R")


class Task(Generic[P, R]):
    """A function that is retried after a transient error, by Prefect within its runs."""

    def __init__(self, function: Callable[P, R]) -> None:
        """Wrap a module-level function, which this task replaces in its module."""
        update_wrapper(self, function)
        self._function = function

    def __reduce__(self) -> str:
        """Pickle as the name in its module, for the workers of Dask."""
        return self._function.__qualname__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run as a task of the current Prefect run, or as a plain function without one."""
        if in_prefect_run():
            return self.on_prefect(*args, **kwargs)
        for seconds in _RETRY_SECONDS:
            try:
                return self._call(*args, **kwargs)
            except Exception as error:
                if not _is_transient(error):
                    raise
                name = self._function.__qualname__
                _LOG.warning("%s failed (%s); retrying in %d s", name, error, seconds)
            time.sleep(seconds)
        return self._call(*args, **kwargs)

    def _call(self, *args: P.args, **kwargs: P.kwargs) -> R:
        with translate_errors():
            return self._function(*args, **kwargs)

    @cached_property
    def on_prefect(self) -> prefect.Task[P, R]:
        """Return the Prefect task; without a cache, since keys in the tables record what is done.

        Those hold across machines and years, and Prefect's cache would hash every argument.
        """
        import prefect  # noqa: PLC0415
        from prefect.cache_policies import NO_CACHE  # noqa: PLC0415

        from tasks.prefect_logs import set_up_prefect_logs  # noqa: PLC0415

        @wraps(self._function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            set_up_prefect_logs()  # not yet done in a Dask worker
            return self._call(*args, **kwargs)

        return prefect.Task(
            fn=run,
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=len(_RETRY_SECONDS),
            retry_delay_seconds=[*_RETRY_SECONDS],
            retry_condition_fn=lambda _, __, state: _is_transient(
                state.result(raise_on_failure=False)
            ),
        )


def _is_transient(error: Any) -> bool:
    """Return whether a retry may succeed: invalid input stays invalid."""
    return isinstance(error, TransientError) or not isinstance(error, ArtcatError)


def task(function: Callable[P, R]) -> Task[P, R]:
    """Make a function a step, as a decorator."""
    return Task(function)
