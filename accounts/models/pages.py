"""The site's own texts and the sizes of its pictures."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models

from openevent.fields import choice, flag, line, rich_text
from openevent.models import Singleton

from ..querysets import PublicQuerySet


def size(default: int) -> models.PositiveIntegerField:
    """Pixels, or null for as it comes."""
    return models.PositiveIntegerField(null=True, blank=True, default=default)


def quality(default: int = 80) -> models.PositiveIntegerField:
    """How well a picture is kept when it is compressed, from 0 to 100."""
    return models.PositiveIntegerField(null=True, blank=True, default=default, validators=[MaxValueValidator(100)])


class Page(models.Model):
    """A text of the site, such as its terms: linked from the footer, or from the pages of events."""

    class Place(models.TextChoices):
        FOOTER = "footer"
        EVENT = "event"

    name = models.CharField(max_length=255)
    title = line()
    url = models.CharField(max_length=2048)
    description = rich_text()
    place = choice(Place)
    language = line()
    index = models.IntegerField(default=0)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["index", "pk"]

    def __str__(self) -> str:
        return self.name


class EventImageSize(Singleton):
    """To which sizes pictures of events are cut."""

    type = line(default="event-image")
    full_width = size(1300)
    full_height = size(500)
    full_aspect = flag(default=True)  # keep the proportions: one of width and height may come out smaller
    full_quality = quality()
    icon_width = size(75)
    icon_height = size(30)
    icon_aspect = flag(default=True)
    icon_quality = quality()
    thumbnail_width = size(500)
    thumbnail_height = size(200)
    thumbnail_aspect = flag(default=True)
    thumbnail_quality = quality()
    logo_width = size(500)
    logo_height = size(200)

    objects: Any = PublicQuerySet.as_manager()

    def __str__(self) -> str:
        return "sizes of event images"


class SpeakerImageSize(Singleton):
    """To which sizes portraits are cut; they are square."""

    type = line(default="speaker-image")
    small_size_width_height = size(50)
    small_size_quality = quality()
    thumbnail_size_width_height = size(500)
    thumbnail_size_quality = quality()
    icon_size_width_height = size(35)
    icon_size_quality = quality()

    objects: Any = PublicQuerySet.as_manager()

    def __str__(self) -> str:
        return "sizes of portraits"
