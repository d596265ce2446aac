"""Nights on failing storage, and two nights at once: clear messages, and nothing lost.

Run: python -m tests.drills.faults --nights 5 --works 200 --seed 1
"""

import os
import random
import sys
from collections.abc import Mapping
from pathlib import Path

from catalog.storage.store import S3Store, Store, open_store
from tests.drills.catalogs import change_catalog, paint_catalog
from tests.drills.command import main, one_prefect_server, say
from tests.drills.homes import (
    check_equal,
    check_kept,
    check_keys,
    check_passes,
    check_reported_once,
    state_of,
)
from tests.drills.nights import DrillError, Ended, Night, finish
from tests.drills.proxy import Faults, failing
from tests.s3_server import s3_environment, s3_server

MISTAKE = 2
HOME = "s3://artcat-drill/home"
MODELS = ("models", "tables/models", "tables/promotions", "tables/evaluations")
"""What a home takes from another, so that a night trains nothing."""


def carry_models(source: Store, target: Store) -> None:
    for folder in MODELS:
        for info in source.list(folder):
            target.write(info.key, source.read(info.key))


def check_words(ended: Ended) -> None:
    if "Traceback" in ended.err:
        raise DrillError(f"a traceback: {ended.err[-3000:]}")
    told = [line for line in ended.err.splitlines() if line.startswith("artcat: ")]
    if ended.code != 0 and (ended.code != MISTAKE or len(told) != 1):
        raise DrillError(f"a night ended with {ended.code}: {ended.err[-3000:]}")


def failing_storage(
    catalog: Path, folder: Path, reference: str, nights: int, seed: int, prefect: Mapping[str, str]
) -> None:
    say("storage that answers 500 and 503, delays, forgets and cuts connections")
    rng = random.Random(seed)
    with s3_server() as endpoint:
        os.environ.update(s3_environment(endpoint))
        home = S3Store(HOME)
        home.client.create_bucket(Bucket=home.bucket)
        carry_models(open_store(reference), home)
        for night in range(1, nights + 1):
            change_catalog(catalog, rng, night)
            before = state_of(HOME)
            with failing(endpoint, Faults(), seed + night) as address:
                environment = {**prefect, "AWS_ENDPOINT_URL": address}
                ended = Night(catalog, HOME, folder, environment).wait()
            check_words(ended)
            check_kept(before, state_of(HOME))
            check_keys(HOME)
            said = ended.err.strip().splitlines()[-1] if ended.code else "well"
            say(f"  night {night}: {ended.seconds:.0f} s, ended {said}")
        finish(catalog, reference, folder, prefect)
        before = state_of(HOME)
        last = finish(catalog, HOME, folder, prefect)
        check_passes(before, state_of(HOME), last)
        say(f"  {check_equal(HOME, reference)} works equal those of a home that never failed")


def two_at_once(catalog: Path, folder: Path, reference: str, prefect: Mapping[str, str]) -> None:
    say("two nights at once")
    home = str(folder / "homes" / "shared")
    carry_models(open_store(reference), open_store(home))
    nights = [Night(catalog, home, folder, prefect) for _ in range(2)]
    for number, night in enumerate(nights, 1):
        ended = night.wait()
        check_words(ended)
        say(f"  night {number}: code {ended.code}, {ended.seconds:.0f} s")
    check_keys(home)
    check_reported_once(home)
    finish(catalog, home, folder, prefect)
    say(f"  {check_equal(home, reference)} works equal those of a night alone")


PROXIES = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "socks5://127.0.0.1:9",
    "PREFECT_API_URL": "",
}
"""Nobody answers there; and a night without a configured server starts one of its own."""


def behind_proxies(catalog: Path, folder: Path, reference: str) -> None:
    say("proxies that are not there")
    home = str(folder / "homes" / "proxies")
    carry_models(open_store(reference), open_store(home))
    ended = finish(catalog, home, folder, PROXIES)
    say(f"  {check_equal(home, reference)} works equal those without, in {ended.seconds:.0f} s")


def drill(folder: Path, *, nights: int, works: int, seed: int) -> str:
    reference = str(folder / "homes" / "reference")
    catalog = paint_catalog(folder / "catalog", works)
    with one_prefect_server() as url:
        prefect = {"PREFECT_API_URL": url}
        say(f"left alone: {finish(catalog, reference, folder, prefect).seconds:.0f} s")
        two_at_once(catalog, folder, reference, prefect)
        behind_proxies(catalog, folder, reference)
        failing_storage(catalog, folder, reference, nights, seed, prefect)
    return "nothing was lost"


if __name__ == "__main__":
    sys.exit(main("Nights on storage that fails.", drill, 64, nights=5, works=200, seed=1))
