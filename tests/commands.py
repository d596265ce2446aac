"""The page of commands with the help of each.

`python -m tests.commands` regenerates the page.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

import flows
from flows.cli import app

PAGE = Path(flows.__file__).with_name("COMMANDS.md")
_WIDTH = 96
_HEAD = """# Commands

The output of `artcat COMMAND --help`. Settings of all commands are `ARTCAT_*` variables
or `artcat.toml`. Exit code 0 is success, 2 invalid input, 1 any other failure; `--json`
prints one JSON object as the last line of standard output. `artcat --install-completion` installs
completion for bash, zsh or fish.

`python -m tests.commands` generates this page; a test compares it with the real help.
"""


def help_of(command: str) -> str:
    """The help of a command, as a terminal of a certain width shows it without colours."""
    written = io.StringIO()
    console = Console(file=written, width=_WIDTH, force_terminal=False, color_system=None)
    app.app.help_print(command.split(), console=console)
    return "\n".join(line.rstrip() for line in written.getvalue().strip().splitlines())


def sections() -> Iterator[tuple[str, str]]:
    for command in ("", *sorted(app.COMMANDS)):
        yield f"artcat {command}".strip(), help_of(command)


def on_page() -> dict[str, str]:
    found = re.findall(r"^## (artcat.*?)\n\n```\n(.*?)\n```$", PAGE.read_text(), re.M | re.S)
    return dict(found)


if __name__ == "__main__":
    parts = [f"## {name}\n\n```\n{text}\n```\n" for name, text in sections()]
    PAGE.write_text("\n".join([_HEAD, *parts]), encoding="utf-8")
