"""The fields of the forms for attendees, sessions and speakers."""

import json
from typing import Any

from events.models import CustomForm
from events.models.forms import camelized

from . import spellings, values
from .members import Members
from .records import FormRecord, ParsedEvent
from .rows import Row, spell
from .summary import Count

MOST_OPTIONS = 500


def parse_forms(parsed: ParsedEvent, members: Members) -> None:
    """Every field of the file, each once; the forms of the first generation are objects of fields."""
    rows = members.rows["forms"]
    old = [field for row in rows if "field_identifier" not in row.raw for field in _fields_of_old(row)]
    rows = [row for row in rows if "field_identifier" in row.raw or not _is_old(row)] + members.rows_of("forms", old)
    known: set[tuple[Any, ...]] = set()
    for row in rows:
        record = _form(row)
        if record is None:
            continue
        identity = tuple(record.columns.get(name) for name in ("form", "form_id", "field_identifier"))
        if identity in known:
            row.note("left out: the form has this field already")
            continue
        known.add(identity)
        parsed.forms.append(record)
    if rows:
        parsed.counts["forms"] = Count(found=len(rows))


def _form(row: Row) -> FormRecord | None:
    columns = row.columns(CustomForm, spellings.FORM)
    form, kind = (values.to_line(row.take(name)).lower() for name in ("form", "type"))
    if "field_identifier" not in columns or form not in CustomForm.Form.values:
        row.note("left out: it does not say which field of which form it is")
        return None
    if kind and kind not in CustomForm.Type.values:
        row.note(f"type {kind[:40]!r} is unknown: took 'text'")
    columns |= {"form": form, "type": kind if kind in CustomForm.Type.values else CustomForm.Type.TEXT}
    for name in ("min", "max"):
        if row.has(name) and name not in columns:
            columns[name] = None  # without bound; the column's default is one
    if None not in (columns.get("min"), columns.get("max")) and columns.get("min", 0) > columns.get("max", 10):
        del columns["min"], columns["max"]
        row.note("'min' is above 'max': both left out")
    record = FormRecord(columns, label=row.label)
    record.options = _options(row)
    record.translations = _translations(row)
    row.note_unused(spellings.FORM_IGNORED)
    return record


def _options(row: Row) -> list[str]:
    raw = row.take("options")
    given = raw if isinstance(raw, list) else []
    found = [values.to_line(option.get("value") if isinstance(option, dict) else option)[:255] for option in given]
    return [option for option in found if option][:MOST_OPTIONS]


def _translations(row: Row) -> dict[str, str]:
    raw = row.take("translations")
    found = {}
    for entry in raw if isinstance(raw, list) else []:
        spelt = {spell(key): value for key, value in entry.items()} if isinstance(entry, dict) else {}
        language = values.to_line(spelt.get("language_code"))[:16]
        name = values.to_line(spelt.get("name"))[:255]
        if language and name:
            found[language] = name
    return found


def _is_old(row: Row) -> bool:
    return any(f"{form}_form" in row.raw for form in CustomForm.Form.values)


def _fields_of_old(row: Row) -> list[dict[str, Any]]:
    """``{"session_form": "{\\"title\\": {\\"include\\": 1, \\"require\\": 1}}"}`` as fields."""
    fields = []
    for form in CustomForm.Form.values:
        raw = row.take(f"{form}_form")
        try:
            said = json.loads(raw) if isinstance(raw, str) else raw
        except ValueError:
            row.note(f"'{form}_form' left out: not valid JSON")
            continue
        for name, switches in said.items() if isinstance(said, dict) else []:
            is_on = switches.get if isinstance(switches, dict) else {}.get
            fields.append(
                {
                    "form": form,
                    "field_identifier": camelized(spell(name)),
                    "name": spell(name).replace("_", " ").title(),
                    "is_included": bool(is_on("include")),
                    "is_required": bool(is_on("require")),
                }
            )
    return fields
