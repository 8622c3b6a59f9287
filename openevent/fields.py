"""Short spellings of the model fields that the wire has by the hundred: optional unless said otherwise."""

from typing import Any

from django.db import models

from .richtext import clean_html

URL_LENGTH = 2048


class RichTextField(models.TextField):
    """Text that holds HTML. ``clean`` (API, admin and import all call it) lets harmless HTML through."""

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """The value without anything that could run."""
        value = super().clean(value, model_instance)
        return clean_html(value) if isinstance(value, str) else value


def line(**options: Any) -> models.CharField:
    """One line of text, or null."""
    return models.CharField(**{"max_length": 255, "null": True, "blank": True, **options})


def rich_text(**options: Any) -> models.TextField:
    """HTML for readers, cleaned whenever the row is judged, or null."""
    return RichTextField(**{"null": True, "blank": True, **options})


def text(**options: Any) -> models.TextField:
    """Text of any length, or null."""
    return models.TextField(**{"null": True, "blank": True, **options})


def link(**options: Any) -> models.URLField:
    """A web address, or null."""
    return models.URLField(**{"max_length": URL_LENGTH, "null": True, "blank": True, **options})


def flag(default: bool = False, **options: Any) -> models.BooleanField:
    """A switch, off unless said otherwise."""
    return models.BooleanField(default=default, **options)


def number(**options: Any) -> models.IntegerField:
    """A whole number, or null."""
    return models.IntegerField(**{"null": True, "blank": True, **options})


def moment(**options: Any) -> models.DateTimeField:
    """A point in time (aware, UTC), or null."""
    return models.DateTimeField(**{"null": True, "blank": True, **options})


def money(**options: Any) -> models.DecimalField:
    """An amount of money; four decimals hold every currency's minor unit (KWD has three)."""
    return models.DecimalField(**{"max_digits": 14, "decimal_places": 4, "default": 0, **options})


def choice(choices: type[models.TextChoices] | list[str], **options: Any) -> models.CharField:
    """One of a closed set of words, or null."""
    pairs = [(c, c) for c in choices] if isinstance(choices, list) else choices.choices
    return models.CharField(**{"max_length": 64, "null": True, "blank": True, "choices": pairs, **options})
