"""Supervision of a command in a child process, so that signals reliably end it.

A signal must end a command within seconds in any phase: while a library waits for threads, while a
network is computing, and while Prefect handles the signal in its own way. So the command runs in a
process group of its own, and this process, which does nothing else, passes one interrupt on, waits
a little, and then kills the group. It also explains the end of a command that was aborted, and
keeps everything that the command writes outside the home in one temporary folder.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

GRACE_SECONDS = 3.5
"""Seconds from the first signal for a command to record its end and clean up."""
_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_KILLED_AND_EXPLAINED = {
    signal.SIGKILL: "it was killed, perhaps by the kernel for lack of memory",
    signal.SIGXFSZ: "a file exceeded `ulimit -f`",
    signal.SIGXCPU: "it exceeded the processor time of `ulimit -t`",
}
_SET_PARENT_DEATH_SIGNAL, _SET_CHILD_SUBREAPER = 1, 36
_PREFIX, _UNLOCKED = "artcat-run-", ".artcat-new-"
MARK = ".made-by-artcat"
"""Marker file in each temporary folder: others of a similar name are not removed."""


def supervise(command: Callable[[], int], say: Callable[[str], None]) -> int:
    """Run a command in a child; return its exit code, or 128 plus the signal that ended it.

    Args:
        command: called in the child only.
        say: prints one line on standard error.
    """
    with _scratch_folder():
        watched = {each for each in _ENDING if signal.getsignal(each) is not signal.SIG_IGN}
        watched |= {signal.SIGCHLD, signal.SIGTSTP}
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _prctl(_SET_CHILD_SUBREAPER, 1)  # orphans of the command are then reaped here
        usual = signal.pthread_sigmask(signal.SIG_BLOCK, watched)
        parent, child = os.getpid(), os.fork()
        if child == 0:
            _run_and_exit(command, parent, watched, usual)
        code = _wait(child, watched, say)
        _end_group(child)
        signal.pthread_sigmask(signal.SIG_SETMASK, usual)
        return code


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when its parent ends, however that happens."""
    _prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:  # it had already ended
        os._exit(1)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _run_and_exit(
    command: Callable[[], int],
    parent: int,
    watched: set[signal.Signals],
    usual: set[signal.Signals | int],
) -> NoReturn:
    """Run the command in the child and exit as a Python program does."""
    os.setpgid(0, 0)
    die_with_parent(parent)
    for each in watched.intersection(_ENDING):
        signal.signal(each, _interrupt)
    signal.pthread_sigmask(signal.SIG_SETMASK, usual)
    sys.exit(command())


def _interrupt(*_: object) -> NoReturn:
    """Raise KeyboardInterrupt, once. The parent has printed why: nothing else may print."""
    for each in _ENDING:
        signal.signal(each, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    raise KeyboardInterrupt


def _wait(child: int, watched: set[signal.Signals], say: Callable[[str], None]) -> int:
    """Wait for the child and forward signals to it; return its exit code."""
    ending: int | None = None
    deadline = 0.0
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        patience = max(0.0, deadline - time.monotonic()) if ending else 3600.0
        received = signal.sigtimedwait(watched, patience)
        if received is None:
            if ending:
                os.killpg(child, signal.SIGKILL)
                deadline += 1.0
        elif received.si_signo == signal.SIGTSTP:
            # The shell's Ctrl-Z; its `fg` continues
            os.killpg(child, signal.SIGSTOP)
            os.kill(os.getpid(), signal.SIGSTOP)
            os.killpg(child, signal.SIGCONT)
        elif received.si_signo != signal.SIGCHLD and ending is None:
            ending, deadline = received.si_signo, time.monotonic() + GRACE_SECONDS
            say(
                f"interrupted by {signal.Signals(ending).name}: "
                "run the same command again to continue"
            )
            os.kill(child, signal.SIGINT)
    ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    if ending is not None:
        return 128 + ending
    if ended is None or ended.si_code == os.CLD_EXITED:
        return ended.si_status if ended else 1
    by = signal.Signals(ended.si_status)
    usual = "it was killed, or a library aborted: `artcat doctor` checks the machine"
    why = _KILLED_AND_EXPLAINED.get(by, usual)
    say(f"ended by {by.name}: {why}; run the same command again to continue")
    return 128 + by


def _end_group(child: int) -> None:
    """Kill and reap the command and its remaining processes in any group."""
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    listed = Path(f"/proc/self/task/{os.getpid()}/children")  # orphans of the command too
    due = time.monotonic() + 1.0
    while time.monotonic() < due:
        with suppress(OSError):  # a kernel that does not list them
            for pid in listed.read_text("ascii").split():
                with suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.005)
        except ChildProcessError:
            return


@contextmanager
def _scratch_folder() -> Iterator[None]:
    """Create the folder, use it for all temporary files, and remove it at the end.

    It is locked while this process lives, so that folders of killed processes are recognised and
    removed by the next command. There is none where no temporary folder can be written: what needs
    one reports it.
    """
    try:
        place = Path(tempfile.gettempdir())
        _remove_abandoned(place)
        # It gets its name only once it is locked
        unlocked = Path(tempfile.mkdtemp(prefix=_UNLOCKED, dir=place))
        lock = os.open(unlocked, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        (unlocked / MARK).touch()
        folder = unlocked.rename(place / unlocked.name.replace(_UNLOCKED, _PREFIX))
    except OSError:
        yield
        return
    owner, known, usual = os.getpid(), os.environ.get("TMPDIR"), tempfile.tempdir
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        if os.getpid() == owner:  # a forked child leaves it alone
            tempfile.tempdir = usual
            if known is None:
                os.environ.pop("TMPDIR", None)
            else:
                os.environ["TMPDIR"] = known
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _remove_abandoned(place: Path) -> None:
    """Remove the folders of this user that no living process has locked."""
    for folder in place.glob(f"{_PREFIX}*"):
        with suppress(OSError):  # locked, just removed by another, or not ours
            ours = (folder / MARK).is_file() and folder.stat().st_uid == os.getuid()
            if folder.is_symlink() or not ours:
                continue
            lock = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
