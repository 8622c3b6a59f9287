"""What the history of a row says was changed."""

from typing import Any

HIDDEN = ("secret", "password", "key", "token")
LONGEST = 60  # characters of a value


def spell_changes(message: Any, form: Any) -> Any:
    """Django's change message, each changed field with its value before and after."""
    if not isinstance(message, list):
        return message
    names = [name for name in form.changed_data if name in form.fields]
    for part in message:
        change = part.get("changed")
        if change is not None and "name" not in change and "fields" in change:
            change["fields"] = [_spell(form, name) for name in names]
    return message


def _spell(form: Any, name: str) -> str:
    title = str(form.fields[name].label or name)
    if any(word in name for word in HIDDEN):
        return title
    return change_text(title, form.get_initial_for_field(form.fields[name], name), form.cleaned_data.get(name))


def change_text(title: str, before: Any, after: Any) -> str:
    """One value before and after, as the history tells it."""
    return f"{title} ({_short(before)} → {_short(after)})"


def _short(value: Any) -> str:
    if isinstance(value, (list, tuple)) or hasattr(value, "all"):
        value = ", ".join(str(one) for one in value)
    text = "–" if value in (None, "") else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
