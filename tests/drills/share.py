"""Nights with missing images or changed ids, and the nights after.

Run: python -m tests.drills.share --works 150
"""

import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from catalog.ingestion.checks import by_outcome
from catalog.storage import duck
from catalog.storage.store import open_store
from tests.drills.catalogs import paint_catalog
from tests.drills.command import main, one_prefect_server, say
from tests.drills.homes import check_keys, enriched, state_of
from tests.drills.nights import DrillError, Ended, Night

REFUSED = 2
FEW = 20
"""Of so many images one is missing in a loss that is small."""


def unmount(share: Path, images: Path) -> None:
    share.mkdir()


def remove(share: Path, images: Path) -> None:
    """Leave nothing at all."""


def keep_half(share: Path, images: Path) -> None:
    """Leave every second image, as a synchronisation does that broke off."""
    _link(share, sorted(images.iterdir())[::2])


def keep_most(share: Path, images: Path) -> None:
    files = sorted(images.iterdir())
    _link(share, [file for number, file in enumerate(files) if number % FEW])


def empty_files(share: Path, images: Path) -> None:
    """Leave files without contents, as the folder of a cloud does that is offline."""
    share.mkdir()
    for file in images.iterdir():
        (share / file.name).touch()


def _link(share: Path, files: list[Path]) -> None:
    share.mkdir()
    for file in files:
        (share / file.name).hardlink_to(file)


class ShareDrill:
    def __init__(
        self,
        catalog: Path,
        home: str,
        folder: Path,
        environment: Mapping[str, str],
        kind: type[Night] = Night,
    ) -> None:
        self.share, self.home = folder / "share", home
        self.table = catalog / "artwork_dataset.csv"
        options = ("--images", str(self.share))
        self._start = lambda: kind(catalog, home, folder, environment, options)
        (catalog / "artwork").rename(self.share)

    def run(self) -> int:
        self.night(0)
        for leave in (unmount, remove, keep_half):
            self.refused(leave.__name__, self.without_share(leave), str(self.share))
            self.unchanged()
        self.refused("other ids", self.with_other_ids(), "under another id")
        self.unchanged()
        told, predicted = enriched(self.home), self.predictions()
        for leave in (empty_files, keep_most):
            with self.without_share(leave):
                ended = self.night(0)
            if leave is empty_files and self.predictions() != predicted:
                raise DrillError("predictions changed while the files were empty")
            warned = by_outcome(ended.result["checks"])["warned"]
            if not warned:
                raise DrillError(f"{leave.__name__}: nobody was warned")
            if passes := self.night(0).result["forward_passes"]:
                raise DrillError(f"{passes} forward passes when the share was back")
            self.check_reported(told, "when the share was back")
            say(f"  {leave.__name__}: warned: {warned[0]['meaning']} ({warned[0]['rows']})")
            self.unchanged()
        check_keys(self.home)
        return len(told)

    def night(self, code: int) -> Ended:
        ended = self._start().wait()
        if ended.code != code or "Traceback" in ended.err:
            raise DrillError(f"a night ended with {ended.code}: {ended.err.strip()[-2000:]}")
        return ended

    def refused(self, name: str, fault: AbstractContextManager[None], expected: str) -> None:
        """A night that must say in one line what is wrong, and write nothing."""
        before, told = state_of(self.home), enriched(self.home)
        with fault:
            ended = self.night(REFUSED)
        lines = [line for line in ended.err.splitlines() if line.startswith("artcat: ")]
        if len(lines) != 1 or expected not in lines[0]:
            raise DrillError(f"{name}: it said {ended.err.strip()[-2000:]}")
        self.check_versions(before.versions)
        self.check_reported(told, "after a night that was refused")
        say(f"  {name}: {lines[0]}")

    def unchanged(self) -> None:
        before = state_of(self.home)
        if passes := self.night(0).result["forward_passes"]:
            raise DrillError(f"{passes} forward passes over an unchanged catalog")
        self.check_versions(before.versions)

    def predictions(self) -> list[dict[str, object]]:
        """What is predicted, in order: images that never were usable say something else now."""
        question = "SELECT artwork_id, style, confidence, description FROM enriched ORDER BY ALL"
        found: list[dict[str, object]] = duck.run_query(open_store(self.home), question).to_pylist()
        return found

    def check_versions(self, before: Mapping[str, int]) -> None:
        now = state_of(self.home, said=False).versions
        if written := {name for name, at in now.items() if before.get(name) != at} - {"runs"}:
            raise DrillError(f"a night wrote {sorted(written)}")

    def check_reported(self, told: list[tuple[object, ...]], when: str) -> None:
        if enriched(self.home) != told:
            raise DrillError(f"what people read is not what it was {when}")

    @contextmanager
    def without_share(self, leave: Callable[[Path, Path], None]) -> Iterator[None]:
        aside = self.share.with_name("aside")
        self.share.rename(aside)
        try:
            leave(self.share, aside)
            yield
        finally:
            shutil.rmtree(self.share, ignore_errors=True)
            aside.rename(self.share)

    @contextmanager
    def with_other_ids(self) -> Iterator[None]:
        """Write the ids as a spreadsheet does that takes them for decimal numbers."""
        before = self.table.read_text("utf-8")
        self.table.write_text(re.sub(r"(?m)^(\d+),", r"\1.0,", before), "utf-8")
        try:
            yield
        finally:
            self.table.write_text(before, "utf-8")


def drill(folder: Path, *, works: int) -> str:
    say("a share that is gone for a night")
    catalog = paint_catalog(folder / "catalog", works)
    with one_prefect_server() as url:
        prefect = {"PREFECT_API_URL": url}
        compared = ShareDrill(catalog, str(folder / "home"), folder, prefect).run()
    return f"{compared} works are as they were"


if __name__ == "__main__":
    sys.exit(main("Nights without the share of the images.", drill, None, works=150))
