"""What the drills share as commands: options, a folder of their own, a Prefect server, homes."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from catalog.storage.store import S3Store, open_store
from tests.drills.nights import DrillError
from tests.s3_server import s3_environment, s3_server


def main(
    title: str,
    drill: Callable[..., str],
    shard_works: int | None,
    *,
    takes_home: bool = False,
    **defaults: int,
) -> int:
    """Run a drill, with a folder and options of numbers; 0 if nothing happened that must not."""
    parser = argparse.ArgumentParser(description=title)
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    if takes_home:
        about = "folder or s3:// address; default: a temporary folder"
        parser.add_argument("--home", help=about)
    options = vars(parser.parse_args())
    if shard_works:
        os.environ.setdefault("ARTCAT_SHARD_WORKS", str(shard_works))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    begin = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="artcat-drill-"))
    try:
        told = drill(folder, **options)
    except DrillError as error:
        say(f"FAILED after {time.monotonic() - begin:.0f} s: {error}\nsee {folder}")
        return 1
    shutil.rmtree(folder)
    say(f"{told}, in {time.monotonic() - begin:.0f} s")
    return 0


def say(line: str) -> None:
    print(line, flush=True)


@contextmanager
def places(folder: Path, home: str | None) -> Iterator[str]:
    """Where homes lie: the folder; an s3:// address on a server of the drill's or the given one."""
    if home is None or not home.startswith("s3://"):
        yield str(Path(home) if home else folder / "homes")
        return
    with ExitStack() as stack:
        if not os.environ.get("AWS_ENDPOINT_URL"):
            environment = s3_environment(stack.enter_context(s3_server()))
            os.environ.update(environment)
            store = open_store(home)
            assert isinstance(store, S3Store)
            store.client.create_bucket(Bucket=store.bucket)
        yield f"{home.rstrip('/')}/drill-{uuid.uuid4().hex[:8]}"


@contextmanager
def one_prefect_server() -> Iterator[str]:
    from tests.temporary_prefect import prefect_server

    with prefect_server():
        from prefect.settings import PREFECT_API_URL

        yield str(PREFECT_API_URL.value())
