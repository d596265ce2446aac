"""Kill nights at random moments, and compare the result with undisturbed nights.

Run: python -m tests.drills.kills --kills 30 --works 2000 --seed 1 [--home s3://bucket/prefix]
"""

import random
import sys
from collections import Counter
from pathlib import Path

from tests.drills.catalogs import change_catalog, paint_catalog
from tests.drills.command import main, one_prefect_server, places, say
from tests.drills.homes import (
    STEPS,
    State,
    check_equal,
    check_kept,
    check_keys,
    check_passes,
    check_reported_once,
    has_begun,
    state_of,
    step_reached,
)
from tests.drills.nights import DrillError, Ended, Night, finish

FRESH_PART = 3
"""One of so many kills hits a home that begins with nothing, and so may hit a training."""
NIGHTS_APART = 4
"""After so many kills of changed nights a night runs to its end, and homes are compared."""
REPORTED = 4
"""One of so many kills comes between the report of what changed and the end of the night."""
EARLY = 8
"""One of so many kills comes before a night has begun its first step."""
OWN_SERVER = 5
"""One of so many nights starts a Prefect server of its own, as a night without one does."""


class KillDrill:
    def __init__(
        self, folder: Path, homes_at: str, catalog: Path, seed: int, prefect_url: str | None
    ) -> None:
        self.folder, self.homes_at, self.catalog = folder, homes_at.rstrip("/"), catalog
        self.rng = random.Random(seed)
        self.prefect_url = prefect_url
        self.hit: Counter[str] = Counter()
        self.kills = 0

    def home(self, name: str) -> str:
        return f"{self.homes_at}/{name}"

    def environment(self) -> dict[str, str]:
        """Now and then without a server, so that a night starts one and is killed with it."""
        alone = self.prefect_url is None or self.rng.randrange(OWN_SERVER) == 0
        return {} if alone else {"PREFECT_API_URL": str(self.prefect_url)}

    def kill_once(self, home: str, alone: Ended) -> bool:
        before = state_of(home)
        environment = self.environment()
        step = self._step(before, alone)
        steps = alone.result["seconds"]
        span = steps.get(step, 0.2) if step else alone.seconds - sum(steps.values())
        moment = self.rng.uniform(0.0, span)
        night = Night(self.catalog, home, self.folder, environment)
        ended = night.kill_after(moment, lambda: step is None or has_begun(home, before, step))
        if left := night.left_behind():
            raise DrillError(f"processes are left behind: {left}")
        now = state_of(home)
        check_kept(before, now)
        check_keys(home)
        if ended.code is not None:
            if ended.code != 0:
                raise DrillError(f"a night ended with {ended.code}: {ended.err.strip()[-2000:]}")
            check_passes(before, now, ended)
            say(f"  it had ended after {ended.seconds:.1f} s")
            return False
        self.kills += 1
        reached = step_reached(before, now)
        self.hit[reached] += 1
        server = "the drill's server" if environment else "a server of its own"
        after = f"{moment:.1f} s after {step or 'it was started'}"
        say(f"  kill {self.kills}: {after}, last step that wrote: {reached} ({server})")
        return True

    def _step(self, before: State, alone: Ended) -> str | None:
        """After which step's first writing a night is killed; None: before it has begun."""
        if self.rng.randrange(EARLY) == 0:
            return None
        if self.rng.randrange(REPORTED) == 0:
            return "report"
        fresh = "enriched" not in before.versions
        return self.rng.choice(
            [
                name
                for name in (*alone.result["seconds"], "record")
                if name in STEPS and not (fresh and before.versions.keys() & set(STEPS[name]))
            ]
        )

    def go_on(self, home: str) -> Ended:
        before = state_of(home)
        ended = finish(self.catalog, home, self.folder, self.environment())
        now = state_of(home)
        check_kept(before, now)
        check_keys(home)
        passes = check_passes(before, now, ended)
        say(f"  to the end in {ended.seconds:.1f} s, {passes} forward passes")
        return ended

    def compare(self, home: str, reference: str) -> None:
        """Both are the same, and another night finds nothing to do."""
        works = check_equal(home, reference)
        check_reported_once(home)
        before = state_of(home)
        again = finish(self.catalog, home, self.folder, self.environment())
        now = state_of(home)
        written = {t for t, v in now.versions.items() if before.versions.get(t) != v}
        if again.result["forward_passes"] or written != {"runs"}:
            raise DrillError(f"a night after the last wrote {sorted(written)}")
        say(f"  {works} works equal those of nights that were left alone")

    def fresh(self, kills: int, reference: str) -> str:
        """Kill nights of homes that begin with nothing; the last of these homes, finished."""
        say("homes that begin with nothing")
        alone = self.reference(reference)
        number, home = 1, self.home("fresh-1")
        while True:
            self.kill_once(home, alone)
            ready = "enriched" in state_of(home).versions  # what follows would have little to do
            if ready or self.kills >= kills:
                self.go_on(home)
                self.compare(home, reference)
                if self.kills >= kills:
                    return home
                number += 1
                home = self.home(f"fresh-{number}")

    def changed(self, kills: int, home: str, reference: str) -> None:
        say("nights after changes of the catalog")
        night = 0
        while self.kills < kills:
            night += 1
            change_catalog(self.catalog, self.rng, night)
            if night % NIGHTS_APART == 1:
                alone = self.reference(reference)
            self.kill_once(home, alone)
            if night % NIGHTS_APART == 0 or self.kills >= kills:
                self.reference(reference)
                self.go_on(home)
                self.compare(home, reference)

    def reference(self, home: str) -> Ended:
        ended = finish(self.catalog, home, self.folder, {"PREFECT_API_URL": self.prefect_url or ""})
        say(f"  left alone: {ended.seconds:.1f} s, steps {ended.result['seconds']}")
        return ended


def drill(folder: Path, *, kills: int, works: int, seed: int, home: str | None) -> str:
    say(f"painting {works} works")
    catalog = paint_catalog(folder / "catalog", works)
    with places(folder, home) as homes_at, one_prefect_server() as url:
        kill_drill = KillDrill(folder, homes_at, catalog, seed, url)
        reference = kill_drill.home("reference")
        drilled = kill_drill.fresh(max(1, kills // FRESH_PART), reference)
        kill_drill.changed(kills, drilled, reference)
    hit = kill_drill.hit
    told = ", ".join(f"{step} {hit[step]}" for step in ("start", *STEPS))
    return f"{sum(hit.values())} kills; last step to write: {told}"


if __name__ == "__main__":
    title = "Kill nights at random moments."
    sys.exit(main(title, drill, 128, kills=30, works=2000, seed=1, takes_home=True))
