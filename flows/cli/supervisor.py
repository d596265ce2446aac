"""Supervision of a command in a child process, so that signals reliably end it.

A signal must end a command within seconds in any phase: while a library waits for threads, while a
network is computing, and while Prefect handles the signal in its own way. So the command runs in a
process group of its own, and this process, which does nothing else, passes one interrupt on, waits
a little, and then kills the group. It also explains the end of a command that was aborted.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from flows.cli.scratch import scratch_folder

GRACE_SECONDS = 3.5
"""Seconds from the first signal for a command to record its end and clean up."""
_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_KILLED_AND_EXPLAINED = {
    signal.SIGKILL: "it was killed, perhaps by the kernel for lack of memory",
    signal.SIGXFSZ: "a file exceeded `ulimit -f`",
    signal.SIGXCPU: "it exceeded the processor time of `ulimit -t`",
}
_SET_PARENT_DEATH_SIGNAL, _SET_CHILD_SUBREAPER = 1, 36


def supervise(command: Callable[[], int], say: Callable[[str], None]) -> int:
    """Run a command in a child; return its exit code, or 128 plus the signal that ended it.

    Args:
        command: called in the child only.
        say: prints one line on standard error.
    """
    with scratch_folder():
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
            _stop_and_go_on(child)
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
    say(_explain(ended.si_status))
    return 128 + ended.si_status


def _explain(number: int) -> str:
    """Return why a command may have been ended by a signal that was not forwarded."""
    name = signal.Signals(number).name
    usual = "it was killed, or a library aborted: `artcat doctor` checks the machine"
    why = _KILLED_AND_EXPLAINED.get(signal.Signals(number), usual)
    return f"ended by {name}: {why}; run the same command again to continue"


def _stop_and_go_on(child: int) -> None:
    """Stop on the shell's Ctrl-Z, and continue on `fg`."""
    os.killpg(child, signal.SIGSTOP)
    os.kill(os.getpid(), signal.SIGSTOP)
    os.killpg(child, signal.SIGCONT)


def _end_group(child: int) -> None:
    """Kill and reap the command and its remaining processes in any group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    due = time.monotonic() + 1.0
    while time.monotonic() < due:
        for pid in _children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.005)
        except ChildProcessError:
            return


def _children() -> list[int]:
    """List the child processes, including orphans of the command."""
    try:
        listed = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii")
    except OSError:  # a kernel that does not list them
        return []
    return [int(pid) for pid in listed.split()]
