"""What a run did, as its row in `runs` and `--json` have it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class RunResult:
    """What a run did; that of a failed run, as far as it came.

    Each flow has a subclass. Its fields are the keys of the column `result` of `runs` and of
    `--json`; those set after the end of the run are in the latter alone.
    """

    checks: list[dict[str, Any]] = field(default_factory=list)
    """Results of data checks, as `catalog.ingestion.checks.run` gives them."""
    warnings: list[str] = field(default_factory=list)
    """Warnings, shown first in the output."""

    def warn(self, warning: str | None) -> None:
        """Add a warning, if there is one and it is new."""
        if warning and warning not in self.warnings:
            self.warnings.append(warning)

    def update_from(self, part: object) -> None:
        """Set the fields of a part: an object of a class that this one inherits from."""
        vars(self).update(vars(part))

    def counts(self) -> dict[str, int]:
        """Return the numbers of things that were read, done and written."""
        return {name: value for name, value in vars(self).items() if type(value) is int}

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by key; a name that is a keyword of Python ends in `_`."""
        return {name.rstrip("_"): value for name, value in asdict(self).items()}
