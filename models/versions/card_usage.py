"""The usage section of a model card."""

from __future__ import annotations

from models.config import BEYOND_IMAGES
from models.versions.settings import ModelSettings

_IMAGES = """\
from pathlib import Path
from models.versions.checkpoint import load

classifier = load(Path('folder'))
predictions = classifier.predict([Path('painting.jpg').read_bytes()])
print(predictions.top(0))"""
_FACTS = """\
from pathlib import Path
import pyarrow as pa
from catalog.storage.schemas import TABLES
from models.versions.checkpoint import load

classifier = load(Path('folder'))
facts = {'date_earliest': 1885, 'date_latest': 1885, 'nationality': 'French'}
artworks = pa.Table.from_pylist([facts], schema=TABLES['artworks'].schema)
artworks = artworks.append_column('other_labels', pa.nulls(1))
combined = classifier.combine(classifier.evidence_about(artworks, None))
print(combined.patterns[0], combined.predictions.top(0), combined.decisions[0])"""


def usage(model_version: str, settings: ModelSettings) -> str:
    """Write the commands that promote, export and import a model, and how Python predicts."""
    code = _FACTS if settings.config.kind in BEYOND_IMAGES else _IMAGES
    text = (
        "```\n"
        f"artcat models promote {model_version}\n"
        f"artcat models export {model_version} model.zip\n"
        "artcat models import model.zip --home elsewhere\n"
        "```\n\n"
        "In Python, with the folder that holds `weights.safetensors` and `model.json`:\n\n"
        f"```python\n{code}\n```"
    )
    if settings.image is None:
        return text
    return f"{text}\n\nWith an image as well: `artcat classify painting.jpg --date 1885`."
