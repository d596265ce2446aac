"""Commands run in the process of a test."""

import json

from flows.cli import app


def artcat(capsys, *tokens):
    code = app.run(tokens if "--json" in tokens else [*tokens, "--json"])
    captured = capsys.readouterr()
    assert code == 0, captured.err
    return json.loads(captured.out.strip().splitlines()[-1])


def refused(capsys, *tokens, begun=False):
    """Run a command that must be refused; its one line of error, the last if the run had begun."""
    capsys.readouterr()
    assert app.run(tokens) == 2
    captured = capsys.readouterr()
    lines = captured.err.strip().splitlines()
    assert begun or len(lines) == 1, captured.err
    return lines[-1]


def forget_labels(catalog):
    """Leave one artist on the list, of no period."""
    file = catalog / "info_dataset.csv"
    header = file.read_text(encoding="utf-8").splitlines()[0]
    file.write_text(f"{header}\nNOBODY,,,,,,\n", encoding="utf-8")
