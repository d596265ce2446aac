"""Commands of `artcat template`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.cli import output
from flows.cli.commands import Json

_SHOWN = 6


def template_check(
    file: Annotated[
        Path | None, Parameter(help="LANGUAGE.j2; default: those of ARTCAT_LANGUAGES.")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Render sample artworks with description templates, or report errors in them."""
    from models.enrichment.describing import templates  # noqa: PLC0415
    from models.enrichment.template_check import check  # noqa: PLC0415
    from models.enrichment.wording import read  # noqa: PLC0415

    found = templates() if file is None else (read(file, file.stem),)
    samples = [(template, check(template)) for template in found]
    if json:
        rows = [
            {
                "language": each.language,
                "file": each.file,
                "digest": each.digest,
                "samples": sentences,
            }
            for each, sentences in samples
        ]
        output.say_json({"templates": rows})
        return
    for template, sentences in samples:
        output.say(f"{template.file} is valid ({template.language}); {len(sentences)} samples, as")
        for sentence in sentences[:: max(1, len(sentences) // _SHOWN)]:
            output.say(f"  {sentence}")
