"""The command `artcat`: its commands, exit codes and error output.

Nothing heavy is imported here: a command's module is imported when it is called, so that
`artcat --help` answers at once.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version

from cyclopts import App, CycloptsError, Group

from catalog.base.errors import ArtcatError, describe, is_fault
from catalog.base.log_lines import JsonLines
from catalog.base.secrets import refuse_credentials, scrubbed
from catalog.base.wording import one_line
from flows.cli.process import check_working_directory, finish_output, prepare_process
from flows.cli.supervisor import supervise
from models.networks.memory import reuse_freed_memory

COMMANDS = {
    "demo": "Paint a small sample catalog and run everything on it.",
    "sample": "Paint a small sample catalog to experiment with.",
    "nightly": "Ingest, train if there is no champion, predict, describe, publish.",
    "ingest": "Read a catalog's rows and images into the home.",
    "train": "Train models on the home's labelled artworks.",
    "compare": "Compare methods and settings over several seeds.",
    "reproduce": "Reproduce the original project's results on six styles.",
    "tune": "Tune the hyperparameters of CLIP or the CNN.",
    "evaluate": "Evaluate new models and promote the best one.",
    "enrich": "Predict and describe new and changed artworks.",
    "classify": "Predict the style of image files outside any catalog.",
    "query": "Query the tables in SQL.",
    "sql": "Open an SQL prompt on the published tables.",
    "duckdb": "Write a DuckDB file with documented views, macros and embeddings.",
    "similar": "Find the artworks most similar to an artwork or an image file.",
    "search": "Find the artworks whose images match a text.",
    "export": "Export a table, or all artworks as Linked Art, to a file.",
    "status": "Show what the home holds: tables, catalogs, champion, last runs.",
    "report": "Write the page about the collection, or about one run.",
    "changes": "Show which artworks the last run changed, and why.",
    "runs list": "List recent runs: start, flow, catalog, status, changed artworks.",
    "runs show": "Show one run: its steps, seconds, checks, table versions and changes.",
    "maintain": "Compact tables and remove unreferenced files.",
    "deploy": "Create schedules, limits and alerts on a Prefect server.",
    "doctor": "Check the environment and the home; say how to fix failures.",
    "repair": "Repair damaged tables, prepared images and published files.",
    "restore": "Restore the tables to their state after a run; can be undone.",
    "tables list": "List the tables: rows, version, size, last change, schema version.",
    "tables history": "Show the versions of a table: time, operation, rows, run.",
    "mapping init": "Draft a mapping of a museum's file: guessed fields, sample values, unused "
    "columns.",
    "mapping fields": "List the fields of a mapping and the options of a field.",
    "mapping check": "Preview what a mapping reads from a file, and what it cannot read.",
    "review build": "Build the review page for curators, artworks that need a decision first.",
    "review agreement": "Show how often curators found predictions right, by confidence and by "
    "month.",
    "review import": "Import decisions of curators and update their artworks.",
    "template check": "Check description templates by rendering sample artworks.",
    "models list": "List the trained models with their roles and validation metrics.",
    "models show": "Show one model: settings, data, calibration, metrics, promotions, files; or "
    "its card.",
    "models promote": "Make a model the champion of a role.",
    "models rollback": "Make the previous champion the champion again.",
    "models export": "Export a model as one file, for use in another home.",
    "models import": "Check an exported model and import it into the home.",
}
"""Each command with its summary."""
EXAMPLES = {
    "sample": "sample-catalog --images 100",
    "nightly": "--catalog historic-art/complete --home artcat-home",
    "ingest": "--catalog historic-art/complete --home artcat-home",
    "train": "--ladder --model ViT-B-32 --pretrained laion2b_s34b_b79k",
    "compare": "--variant fine-tuned --variant 'fine-tuned loss=clip' --seeds 5",
    "reproduce": "--catalog historic-art/complete --pretrained openai --model ViT-B-32",
    "tune": "--home artcat-home --trials 20",
    "classify": "painting.jpg",
    "query": '"SELECT style, count(*) FROM enriched GROUP BY style"',
    "sql": "\"FROM similar('wga:1', 5)\"",
    "duckdb": "museum.duckdb --home s3://bucket/prefix",
    "similar": "painting.jpg --count 5",
    "search": "'a stormy sea'",
    "export": "--format csv --output works.csv",
    "runs list": "--flow nightly --last 10",
    "runs show": "3f2a",
    "maintain": "--dry-run",
    "deploy": "--catalog historic-art/complete --cron '0 2 * * *' --timezone Europe/Vienna",
    "doctor": "--home s3://bucket/prefix",
    "restore": "--run 3f2a --dry-run",
    "tables history": "enriched --last 10",
    "mapping init": "tate/artworks.csv --to tate.toml",
    "mapping fields": "",
    "mapping check": "tate.toml tate/artworks.csv",
    "review import": "decisions.csv --home artcat-home",
    "template check": "templates/fr.j2",
    "models show": "3f2a --card",
    "models promote": '3f2a --reason "fewer confident mistakes on our prints"',
    "models rollback": "--role classifier",
    "models export": "3f2a model.zip",
    "models import": "model.zip --home artcat-home",
}
"""The arguments in the example of a command; of the others `--home artcat-home`."""
_GROUPS = {
    "mapping": "Draft and check the mapping of a museum's file.",
    "review": "Build the review page, import decisions, measure agreement.",
    "template": "Check description templates.",
    "models": "List and show models, choose the champion, export and import.",
    "runs": "List and show runs.",
    "tables": "List tables and their versions.",
}
"""The groups of commands, such as `artcat models list`."""

_PANELS = {
    "Getting started": "demo sample nightly status",
    "Data": "ingest mapping query sql duckdb export",
    "Models": "train evaluate tune compare reproduce models enrich classify similar search",
    "Review": "review template report changes",
    "Operations": "deploy runs tables maintain doctor repair restore",
}
"""The panels of `artcat --help` in their order, each with its commands."""
_MODULES = {
    "commands": "demo sample nightly ingest train tune compare reproduce evaluate enrich maintain "
    "restore",
    "analyst_commands": "query sql duckdb similar search classify export",
    "curator_commands": "review mapping template",
    "model_commands": "models",
    "operator_commands": "status report changes runs tables doctor repair deploy",
}

app = App(
    name="artcat",
    help="Enrich museum catalogs with styles, confidences and descriptions.",
    help_format="plaintext",
    version=lambda: version("artcat"),
    # `run` prints advice
    suppress_keyboard_interrupt=False,
)
_panel_of = {
    command: panel
    for title, commands in _PANELS.items()
    for panel in [Group.create_ordered(title)]
    for command in commands.split()
}
app.group_commands = Group.create_ordered("Help")  # commands without a panel come last
for _name, _help in _GROUPS.items():
    _group = App(name=_name, help=_help, help_format="plaintext", group=_panel_of[_name])
    _group.group_commands = Group("Commands")
    app.command(_group)
_module_of = {first: module for module, firsts in _MODULES.items() for first in firsts.split()}
for _command, _summary in COMMANDS.items():
    _first, _, _second = _command.partition(" ")
    _example = f"artcat {_command} {EXAMPLES.get(_command, '--home artcat-home')}".rstrip()
    (app[_first] if _second else app).command(
        f"flows.cli.{_module_of[_first]}:{_command.replace(' ', '_')}",
        name=_second or _first,
        group=None if _second else _panel_of[_first],
        help=f"{_summary}\n\nExample: {_example}",
    )
app.register_install_completion_command(
    # A file that the shell finds by itself; startup files are not changed.
    add_to_startup=False,
    help="Install completion for bash, zsh or fish.\n\nExample: artcat --install-completion",
)


def main() -> None:
    """Run the command line: exit code 0 for success, 2 for invalid input, else 1."""
    # Torch's threads wait for each other by spinning; on a machine that also decodes images, serves
    # Prefect or runs another job that makes training several times slower.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    tokens = sys.argv[1:]
    prepare_process()
    reuse_freed_memory()
    if tokens[:1] == ["sql"]:  # the prompt handles Ctrl-C itself, and reads from the terminal
        sys.exit(finish_output(run(tokens), _fail))
    sys.exit(supervise(lambda: finish_output(run(tokens), _fail), _fail))


def run(tokens: Sequence[str]) -> int:
    """Run one command and return its exit code: what the command returns, if that is a number."""
    try:
        for token in tokens:  # before anything can log them
            refuse_credentials(token, "a given address")
        check_working_directory()
        code = app(tokens, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        return _refuse(tokens, _in_words(error))
    except ArtcatError as error:
        return _refuse(tokens, str(error))
    except KeyboardInterrupt:
        _fail("interrupted: run the same command again to continue")
        return 130
    except BrokenPipeError:  # the reader of our output is gone
        return 1
    except (OSError, MemoryError, RuntimeError) as error:
        if not is_fault(error):
            raise
        return _refuse(tokens, describe(error), code=1)
    return code if isinstance(code, int) else 0


def _in_words(error: CycloptsError) -> str:
    """Describe invalid arguments without the phrases of the validating library."""
    from pydantic import ValidationError  # noqa: PLC0415 - only a command that fails needs it here

    cause = error.__cause__ or error.__context__
    if not isinstance(cause, ValidationError):
        return str(error)
    first = cause.errors()[0]
    option = "".join(f"--{part}: " for part in first["loc"][:1]).replace("_", "-")
    # our own messages quote the value
    shown = f", not {first['input']!r}" if first["type"] == "literal_error" else ""
    return f"{option}{first['msg'].removeprefix('Value error, ')}{shown}"


def _refuse(tokens: Sequence[str], message: str, code: int = 2) -> int:
    """Print one line on standard error; with `--json` also one object on standard output."""
    line = scrubbed(one_line(message))
    _fail(line)
    if "--json" in tokens:
        with suppress(OSError):  # standard output itself may have failed
            sys.stdout.write(json.dumps({"error": line}) + "\n")
    return code


def _fail(line: str) -> None:
    """Print one line on standard error, in the format of the log."""
    from catalog.storage.homes import settings  # noqa: PLC0415 - only a command that fails needs it here

    try:
        as_json = settings().log_format == "json"
    except ArtcatError:
        as_json = False
    about = {"name": "artcat", "levelname": "ERROR", "levelno": logging.ERROR, "msg": line}
    shown = JsonLines().format(logging.makeLogRecord(about)) if as_json else f"artcat: {line}"
    with suppress(OSError):
        sys.stderr.write(f"{shown}\n")
        sys.stderr.flush()
