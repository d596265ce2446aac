"""The SQL by which a mapping makes the values of its fields out of columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.sources.fields import known_fields
from catalog.sources.json_rows import SEVERAL
from catalog.sources.mapping import FieldValue, Mapping
from catalog.sources.source import STAGED

_MEASURES = ("height", "width", "depth", "diameter")
_STAGED_AS = {
    "id": "source_id",
    "image": "image_key",
    "url": "source_url",
    **dict.fromkeys(("birth", "death"), "born_died_given"),
    **dict.fromkeys(("date_from", "date_to"), "date_given"),
    **dict.fromkeys(("height", "width", "depth", "diameter", "unit"), "size_given"),
}


def staged_as(field: str) -> str:
    """Return the column of the relation `staged` that a field goes into."""
    return _STAGED_AS.get(field, field if field in STAGED.names else f"{field}_given")


_COMBINED = ("born_died_given", "nationality_given", "date_given", "size_given")
"""The columns of `staged` that `mapping/stage` makes; each other one holds one field."""


class Statement:
    """The SQL that makes the relation `mapped` from `mapped_rows`: for each field its values.

    Its values are in `parameters`: nothing of a mapping is written into SQL.
    """

    def __init__(self, mapping: Mapping, names: dict[str, str]) -> None:
        self.parameters: dict[str, Any] = {}
        self._mapping = mapping
        self._names = names
        self._lists: dict[tuple[str, str, tuple[str, ...]], str] = {}
        self.kept = self._filters()
        fields = ", ".join(
            f"{self._field(mapping.fields[name]) if name in mapping.fields else 'NULL::VARCHAR[]'}"
            f" AS {name}"
            for name in known_fields()
        )
        plain = ", ".join(
            f"{staged_as(name)}: "
            + (
                f"mapped_joined({name}, {self._add(s)})"
                if (s := known.several)
                else f"list_any_value({name})"
            )
            for name, known in known_fields().items()
            if staged_as(name) not in _COMBINED
        )
        units = ", ".join(f"{self._unit(name)} AS {name}_unit" for name in _MEASURES)
        lists = ", ".join(
            f"mapped_values({names[column]}, {self._add(separator)}, {self._add(missing)}) AS {key}"
            for (column, separator, missing), key in self._lists.items()
        )
        self.text = (
            f"split AS (SELECT line, raw, problem, {lists} FROM mapped_rows WHERE {self.kept}), "  # noqa: S608
            f"parts AS (SELECT line, raw, problem, {fields}, {units} FROM split), "
            f"mapped AS (SELECT *, {{{plain}}} AS plain FROM parts)"
        )

    def _add(self, value: str | Sequence[str]) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value if isinstance(value, str) else list(value)
        return f"${name}::VARCHAR{'' if isinstance(value, str) else '[]'}"

    def _unit(self, field: str) -> str:
        value = self._mapping.fields.get(field)
        return self._add(value.unit) if value and value.unit else "NULL::VARCHAR"

    def _filters(self) -> str:
        # A row that cannot be read is not left out: it goes to the quarantine.
        conditions = [
            f"list_has_any(mapped_values({self._names[column]}, {self._add(SEVERAL)}, "
            f"{self._add(())}), {self._add(values)})"
            for column, values in self._mapping.filters.items()
        ]
        return f"problem IS NOT NULL OR ({' AND '.join(conditions)})" if conditions else "TRUE"

    def _values(self, column: str, value: FieldValue) -> str:
        separator = value.separator or SEVERAL
        missing = (*self._mapping.missing, *value.missing)
        key = (column, separator.strip() or separator, missing)
        return self._lists.setdefault(key, f"list_{len(self._lists)}")

    def _field(self, value: FieldValue) -> str:
        found = self._origin(value)
        for column, wanted in value.where.items():
            found = f"mapped_where({found}, {self._values(column, value)}, {self._add(wanted)})"
        if value.pattern is not None:
            pattern, written = self._add(value.pattern), self._add(value.replacement)
            found = f"mapped_matches({found}, {pattern}, {written})"
        return found

    def _origin(self, value: FieldValue) -> str:
        if value.constant is not None:
            return f"[{self._add(value.constant)}]"
        lists = [self._values(column, value) for column in value.names]
        if value.first_of:
            some = (
                f"CASE WHEN list_any_value({each}) IS NOT NULL THEN {each} END" for each in lists
            )
            return f"coalesce({', '.join(some)})"
        places = f"range(1, greatest({', '.join(f'len({each})' for each in lists)}, 0) + 1)"
        parts = [f"mapped_at({each}, place)" for each in lists]
        if value.template is not None:
            texts = value.template_texts
            written = [self._add(texts[0])]
            for part, text in zip(parts, texts[1:], strict=True):
                written += [part, self._add(text)]
            return f"list_transform({places}, lambda place : {' || '.join(written)})"
        if value.join is not None:
            joined = f"concat_ws({self._add(value.join)}, {', '.join(parts)})"
            return f"list_transform({places}, lambda place : nullif({joined}, ''))"
        return lists[0] if len(lists) == 1 else f"list_concat({', '.join(lists)})"
