"""Findings of the checks of `artcat doctor`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from catalog.base.errors import ArtcatError
from catalog.base.secrets import scrubbed
from catalog.base.wording import one_line

OK, WARNING, FAILED = "ok", "warning", "failed"


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    check: str
    status: str
    """`ok`; `warning`: artcat runs, but not as it should; `failed`: something does not work."""
    found: str
    advice: str | None = None
    """What to do, unless all is well."""


Check = Callable[[], list[Finding]]


def examined(name: str, check: Check) -> list[Finding]:
    """Run a check; an error in it is a failed finding. Secrets are redacted."""
    try:
        found = check()
    except ArtcatError as error:
        found = [Finding(name, FAILED, str(error), "See the message above.")]
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        found = [Finding(name, FAILED, text, "This is an unexpected error: see the message above.")]
    return [replace(each, found=scrubbed(one_line(each.found))) for each in found]
