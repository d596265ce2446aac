"""The end of a command: signals, leftovers and messages."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from flows.cli import supervisor
from tests.services.keeper import MARK, marked

pytestmark = pytest.mark.xdist_group("flows learning")

PRELUDE = """
import os, signal, subprocess, sys, tempfile, threading, time
from flows.cli.supervisor import supervise
from flows.cli.process import prepare_streams
def begun():
    tempfile.mkdtemp(prefix='artcat-duckdb-')
    print('begun', flush=True)
def command():
    {body}
prepare_streams()
sys.exit(supervise(command, lambda line: print(line, file=sys.stderr, flush=True)))
"""
WAITS = "begun(); time.sleep(60)"
CHILD = "subprocess.Popen([{}); " + WAITS
BODIES = {
    "waits": WAITS,
    "takes the signal for itself": "signal.signal(15, lambda *_: None); " + WAITS,
    "hears nothing": "signal.signal(2, signal.SIG_IGN); " + WAITS,
    "waits for a thread": "begun(); t = threading.Thread(target=time.sleep, args=(60,)); "
    "t.start(); t.join()",
    "prints while it ends": "begun()\n    try: time.sleep(60)\n    finally: print('x' * 999, "
    "file=sys.stderr); print('y')",
    "has a child": CHILD.format("'sleep', '60'], start_new_session=False"),
    "has a child in a session of its own": CHILD.format("'sleep', '60'], start_new_session=True"),
    "has a child that hears nothing": CHILD.format(
        "'sh', '-c', 'trap \"\" TERM INT HUP; sleep 60 & wait; sleep 60']"
    ),
    "computes": "begun()\n    while True: sum(range(1000))",
}


class Command:
    def __init__(self, body: str, folder: Path, *shell: str) -> None:
        self.mark = folder.name
        self.process = subprocess.Popen(
            [*shell, sys.executable, "-c", PRELUDE.format(body=body)],
            env={**os.environ, "TMPDIR": str(folder), MARK: self.mark},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def begun(self) -> None:
        assert self.process.stdout.readline() == "begun\n", self.process.stderr.read()

    def end(self) -> tuple[str, str]:
        return self.process.communicate(timeout=30)

    def left(self, patience: float = 5.0) -> list[int]:
        due = time.monotonic() + patience
        while (found := marked(MARK, self.mark)) and time.monotonic() < due:
            time.sleep(0.05)
        return found


@pytest.fixture
def folder(tmp_path_factory):
    return Path(tempfile.mkdtemp(dir=tmp_path_factory.getbasetemp()))


@pytest.mark.parametrize("what", BODIES)
@pytest.mark.parametrize(
    "name",
    ["SIGTERM", *(pytest.param(name, marks=pytest.mark.full) for name in ("SIGINT", "SIGHUP"))],
)
def test_a_signal_ends_it_with_one_line_and_nothing_is_left(folder, what, name):
    command = Command(BODIES[what], folder)
    command.begun()
    begin = time.monotonic()
    (os.killpg if what != "waits" else os.kill)(command.process.pid, getattr(signal, name))
    out, err = command.end()
    assert time.monotonic() - begin < 5.0
    assert err == f"interrupted by {name}: run the same command again to continue\n"
    assert out == ""
    assert command.process.returncode == 128 + getattr(signal, name)
    assert command.left() == []
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("what", ["waits", "hears nothing", "waits for a thread", "computes"])
def test_a_killed_command_takes_all_with_it_and_the_next_one_cleans_up(folder, what):
    command = Command(BODIES[what], folder)
    command.begun()
    command.process.kill()
    command.end()
    assert command.left() == []
    assert [path.name[:11] for path in folder.iterdir()] == ["artcat-run-"]
    Command("return 0", folder).end()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ("return 0", 0, ""),
        ("return 2", 2, ""),
        ("sys.exit(3)", 3, ""),
        ("os.kill(os.getpid(), 9)", 137, "ended by SIGKILL: it was killed, perhaps by the kernel"),
        ("os.abort()", 134, "ended by SIGABRT"),
        ("os.kill(os.getpid(), 11)", 139, "ended by SIGSEGV"),
        (
            "import resource; signal.signal(25, signal.SIG_DFL); "
            "resource.setrlimit(resource.RLIMIT_FSIZE, (9, 9)); "
            "open(tempfile.mkdtemp() + '/x', 'wb').write(bytes(99))",
            153,
            "ended by SIGXFSZ: a file exceeded `ulimit -f`",
        ),
    ],
)
def test_how_a_command_that_ends_by_itself_is_reported(folder, body, code, words):
    command = Command(body, folder)
    _, err = command.end()
    assert command.process.returncode == code
    assert err.startswith(words)
    assert len(err.splitlines()) == bool(words)
    assert list(folder.iterdir()) == []


def test_a_signal_that_was_ignored_before_stays_ignored(folder):
    body = "print('begun', signal.getsignal(1) is signal.SIG_IGN, flush=True); time.sleep(0.5)"
    command = Command(f"{body}; return 0", folder, "sh", "-c", 'trap "" HUP; exec "$0" "$@"')
    assert command.process.stdout.readline() == "begun True\n"
    os.killpg(command.process.pid, signal.SIGHUP)
    command.end()
    assert command.process.returncode == 0


def test_only_folders_of_dead_commands_are_removed(folder):
    home, locked, dead, own = (
        folder / f"artcat-{name}" for name in ("home", "run-locked", "run-dead", "run-by-a-person")
    )
    for path in (home, locked, dead, own):
        (path / "tables").mkdir(parents=True)
    for path in (home, locked, dead):
        (path / supervisor.MARK).touch()
    (folder / "artcat-run-link").symlink_to(home)
    lock = os.open(locked, os.O_RDONLY)
    supervisor.fcntl.flock(lock, supervisor.fcntl.LOCK_EX)
    Command("return 0", folder).end()
    os.close(lock)
    kept = {home.name, locked.name, own.name, "artcat-run-link"}
    assert {path.name for path in folder.iterdir()} == kept
    assert (home / "tables").exists()
