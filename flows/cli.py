"""The command `artcat`: its commands, and how each of them ends.

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

from cyclopts import App, CycloptsError

from catalog.errors import ArtcatError
from catalog.faults import describe, is_fault
from catalog.log_lines import JsonLines
from catalog.secrets import refuse_credentials, scrubbed
from flows.process import check_working_directory, prepare_process
from flows.streams import finish_output
from flows.supervisor import supervise
from models.networks.memory import reuse_freed_memory

COMMANDS = {
    "demo": (
        "Make a small sample catalog and run everything on it.",
        "artcat demo --home artcat-home",
    ),
    "sample": (
        "Paint a small sample catalog, to try things on.",
        "artcat sample sample-catalog --images 100",
    ),
    "nightly": (
        "Run everything: ingest, train if there is no champion, evaluate, enrich, publish.",
        "artcat nightly --catalog historic-art/complete --home artcat-home",
    ),
    "ingest": (
        "Read a catalog's rows and images into the home.",
        "artcat ingest --catalog historic-art/complete --home artcat-home",
    ),
    "train": (
        "Train the baseline CNN and CLIP, or every method, on the home's labelled works.",
        "artcat train --ladder --model ViT-B-32 --pretrained laion2b_s34b_b79k",
    ),
    "compare": (
        "Train methods and settings with several seeds each, and say what the difference is.",
        "artcat compare --variant fine-tuned --variant 'fine-tuned loss=clip' --seeds 5",
    ),
    "reproduce": (
        "Ingest the historic-art set and fill the student project's table: six styles.",
        "artcat reproduce --catalog historic-art/complete --pretrained openai --model ViT-B-32",
    ),
    "tune": (
        "Search for the best configuration of CLIP or the CNN; train and measure it.",
        "artcat tune --home artcat-home --trials 20",
    ),
    "evaluate": (
        "Measure the models that were not measured yet; promote the best one.",
        "artcat evaluate --home artcat-home",
    ),
    "enrich": (
        "Predict and describe the works that lack it.",
        "artcat enrich --home artcat-home",
    ),
    "classify": (
        "Tell the style of image files, how sure that is, and say it in a sentence.",
        "artcat classify painting.jpg",
    ),
    "query": (
        "Ask the tables a question in SQL.",
        'artcat query "SELECT style, count(*) FROM enriched GROUP BY style"',
    ),
    "sql": (
        "Open a prompt for SQL on what is published, with views and macros loaded.",
        "artcat sql \"FROM similar('wga:1', 5)\"",
    ),
    "duckdb": (
        "Make a DuckDB file with documented views, macros and vectors, for any DuckDB to open.",
        "artcat duckdb museum.duckdb --home s3://bucket/prefix",
    ),
    "similar": (
        "Find the works whose pictures are nearest to that of a work, or to an image file.",
        "artcat similar painting.jpg --count 5",
    ),
    "search": (
        "Find the works whose pictures are nearest to a text.",
        "artcat search 'a stormy sea'",
    ),
    "export": (
        "Write a table, or all works as Linked Art, to a file.",
        "artcat export --format csv --output works.csv",
    ),
    "status": (
        "Show what the home holds: tables, catalogs, champion, last runs.",
        "artcat status --home artcat-home",
    ),
    "report": (
        "Write the page about the collection, or about one run; nights write both.",
        "artcat report --home artcat-home",
    ),
    "changes": (
        "Show which artworks the last run changed, and why.",
        "artcat changes --home artcat-home",
    ),
    "runs list": (
        "Show the last runs: when, of what, how they ended, how many works changed.",
        "artcat runs list --flow nightly --last 10",
    ),
    "runs show": (
        "Show one run: what it did, its steps' seconds, checks, table versions, what it changed.",
        "artcat runs show 3f2a",
    ),
    "maintain": (
        "Keep house: compact tables, remove files that nothing names any more.",
        "artcat maintain --dry-run",
    ),
    "deploy": (
        "Make deployments, schedules, limits and alerts on the configured Prefect server.",
        "artcat deploy --catalog historic-art/complete --cron '0 2 * * *' --timezone Europe/Vienna",
    ),
    "doctor": (
        "Check what artcat stands on, from packages to storage; say what to do.",
        "artcat doctor --home s3://bucket/prefix",
    ),
    "repair": (
        "Repair what doctor finds damaged: tables, prepared images, published files.",
        "artcat repair --home artcat-home",
    ),
    "restore": (
        "Take the tables back to what a run left; nothing is lost, and it can be undone.",
        "artcat restore --run 3f2a --dry-run",
    ),
    "tables list": (
        "Show each table: rows, version, size, last change, version of its schema.",
        "artcat tables list --home artcat-home",
    ),
    "tables history": (
        "Show the versions of a table: when, what was done, how many rows, by which run.",
        "artcat tables history enriched --last 10",
    ),
    "mapping init": (
        "Write a mapping of a museum's file: guessed fields, sample values, columns left over.",
        "artcat mapping init tate/artworks.csv --to tate.toml",
    ),
    "mapping fields": (
        "List what a mapping can say of an artwork, and how a field's value is made.",
        "artcat mapping fields",
    ),
    "mapping check": (
        "Show what a mapping would read from a file, and what it would not.",
        "artcat mapping check tate.toml tate/artworks.csv",
    ),
    "review build": (
        "Write the page on which curators decide, those works first that need a decision.",
        "artcat review build --home artcat-home",
    ),
    "review agreement": (
        "Say how often curators found predictions right, by confidence and by month.",
        "artcat review agreement --home artcat-home",
    ),
    "review import": (
        "Take in what people decided about styles; their works say so at once.",
        "artcat review import decisions.csv --home artcat-home",
    ),
    "template check": (
        "Tell sample works by templates of sentences, or say what is wrong with them.",
        "artcat template check templates/fr.j2",
    ),
    "models list": (
        "Show every trained model with its roles and its figures on validation works.",
        "artcat models list --home artcat-home",
    ),
    "models show": (
        "Show one model: settings, data, calibration, figures, promotions, files; or its card.",
        "artcat models show 3f2a --card",
    ),
    "models promote": (
        "Make a model the champion of a role.",
        'artcat models promote 3f2a --reason "fewer confident mistakes on our prints"',
    ),
    "models rollback": (
        "Make the champion before the present one the champion again.",
        "artcat models rollback --role classifier",
    ),
    "models export": (
        "Write a model as one file, to be used in another home.",
        "artcat models export 3f2a model.zip",
    ),
    "models import": (
        "Check a model's file and put the model into the home.",
        "artcat models import model.zip --home artcat-home",
    ),
}
"""Each command with what it does and an example."""

app = App(
    name="artcat",
    help="Enrich art catalogs: a predicted style, its confidence and a sentence for every work.",
    help_format="plaintext",
    version="0.1.0",
    # `run` says how to go on
    suppress_keyboard_interrupt=False,
)
_groups = {
    "mapping": App(
        name="mapping", help="Work on the mapping of a museum's file.", help_format="plaintext"
    ),
    "review": App(name="review", help="Work with what people decided.", help_format="plaintext"),
    "template": App(
        name="template", help="Work on the wording of sentences.", help_format="plaintext"
    ),
    "models": App(
        name="models",
        help="Look at trained models, choose the champion, carry models between homes.",
        help_format="plaintext",
    ),
    "runs": App(name="runs", help="Look at what runs did.", help_format="plaintext"),
    "tables": App(
        name="tables", help="Look at tables and their versions.", help_format="plaintext"
    ),
}
_ANALYSTS = "flows.analyst_commands"
_modules = {
    **dict.fromkeys(("sql", "duckdb", "similar", "search", "export"), _ANALYSTS),
    "deploy": "flows.deploy_commands",
    "mapping": "flows.mapping_commands",
    "models": "flows.model_commands",
    "runs": "flows.run_commands",
    "tables": "flows.table_commands",
    "review": "flows.review_commands",
    "template": "flows.template_commands",
}
for _app in _groups.values():
    app.command(_app)
for _command, (_summary, _example) in COMMANDS.items():
    *_group, _name = _command.split()
    _module = _modules.get(_command.split()[0], "flows.commands")
    (_groups[_group[0]] if _group else app).command(
        f"{_module}:{_command.replace(' ', '_')}",
        name=_name,
        help=f"{_summary}\n\nExample: {_example}",
    )
app.register_install_completion_command(
    # A file that the shell finds by itself; nobody's startup file is changed.
    add_to_startup=False,
    help="Install completion for bash, zsh or fish.\n\nExample: artcat --install-completion",
)


def main() -> None:
    """Entry point: exit code 0 if all went well, 2 for a mistake in what was given, else 1."""
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
        for token in tokens:  # before anything can repeat them
            refuse_credentials(token, "an address in what was given")
        check_working_directory()
        code = app(tokens, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        return _refuse(tokens, _in_words(error))
    except ArtcatError as error:
        return _refuse(tokens, str(error))
    except KeyboardInterrupt:
        _fail("interrupted: run the same command again to go on")
        return 130
    except BrokenPipeError:  # the reader of our output has gone: nobody to say it to
        return 1
    except (OSError, MemoryError, RuntimeError) as error:
        if not is_fault(error):
            raise
        return _refuse(tokens, describe(error), code=1)
    return code if isinstance(code, int) else 0


def _in_words(error: CycloptsError) -> str:
    """What is wrong with a command, without the words of the library that validates values."""
    from pydantic import ValidationError  # noqa: PLC0415 - only a command that fails needs it here

    cause = error.__cause__ or error.__context__
    if not isinstance(cause, ValidationError):
        return str(error)
    first = cause.errors()[0]
    option = "".join(f"--{part}: " for part in first["loc"][:1]).replace("_", "-")
    # our own messages say what was given
    shown = f", not {first['input']!r}" if first["type"] == "literal_error" else ""
    return f"{option}{first['msg'].removeprefix('Value error, ')}{shown}"


def _refuse(tokens: Sequence[str], message: str, code: int = 2) -> int:
    """One line on standard error; with `--json` one object on standard output too."""
    line = scrubbed(" ".join(message.split()))
    _fail(line)
    if "--json" in tokens:
        with suppress(OSError):  # it may be standard output itself that fails
            sys.stdout.write(json.dumps({"error": line}) + "\n")
    return code


def _fail(line: str) -> None:
    """One line on standard error, as the log is written."""
    with suppress(OSError):
        sys.stderr.write(f"{_logged(line) if _logs_json() else f'artcat: {line}'}\n")
        sys.stderr.flush()


def _logged(line: str) -> str:
    """A line of the log in JSON."""
    about = {"name": "artcat", "levelname": "ERROR", "levelno": logging.ERROR, "msg": line}
    return JsonLines().format(logging.makeLogRecord(about))


def _logs_json() -> bool:
    from catalog.homes import settings  # noqa: PLC0415 - only a command that fails needs it here

    try:
        return settings().log_format == "json"
    except ArtcatError:
        return False


if __name__ == "__main__":
    main()
