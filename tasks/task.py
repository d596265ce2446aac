"""The project's one kind of Prefect task."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from catalog.duck import clear_errors
from catalog.errors import ArtcatError, PassingError
from tasks.logs import set_up_logs

set_up_logs()

P = ParamSpec("P")
R = TypeVar("R")


def _is_worth_a_retry(_: Any, __: TaskRun, state: State[Any]) -> bool:
    """A mistake in what was given is the same on the next try; a fallen connection is not."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, PassingError) or not isinstance(error, ArtcatError)


def task(function: Callable[P, R]) -> Task[P, R]:
    """A task as artcat has them: no cache, two retries, never a retry of a person's mistake.

    What is done already is told by keys in the tables, which hold across machines and years;
    Prefect's cache would hash every argument to say the same again.
    """

    @wraps(function)
    def clearly(*args: P.args, **kwargs: P.kwargs) -> R:
        with clear_errors():
            return function(*args, **kwargs)

    return Task(
        fn=clearly,
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=2,
        retry_delay_seconds=[1, 10],
        retry_condition_fn=_is_worth_a_retry,
    )
