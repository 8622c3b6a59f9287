"""The words events are sorted by."""

from typing import Any

from django.db import models
from django.utils.text import slugify

from openevent.fields import line, link, text
from openevent.models import SoftDeletable

from ..querysets import EventLocationQuerySet, PublicQuerySet, PublicSoftQuerySet


class Named(models.Model):
    """A name and the slug made of it."""

    name = models.CharField(max_length=255)
    slug = models.CharField(max_length=255, editable=False)

    class Meta:
        abstract = True
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = slugify(self.name) or "-"
        super().save(*args, **kwargs)


class EventType(Named, SoftDeletable):
    objects = PublicSoftQuerySet.as_living_manager()
    with_trashed = PublicSoftQuerySet.as_manager()

    class Meta(Named.Meta):
        base_manager_name = "with_trashed"


class EventTopic(Named, SoftDeletable):
    system_image_url = link()

    objects = PublicSoftQuerySet.as_living_manager()
    with_trashed = PublicSoftQuerySet.as_manager()

    class Meta(Named.Meta):
        base_manager_name = "with_trashed"


class EventSubTopic(Named):
    event_topic = models.ForeignKey(
        EventTopic, on_delete=models.SET_NULL, null=True, blank=True, related_name="event_sub_topics"
    )

    objects = PublicQuerySet.as_manager()


class EventLocation(Named):
    """A place that events are looked for by: one that administrators put up, or the searchable location of an event."""

    objects = EventLocationQuerySet.as_manager()


class CustomPlaceholder(models.Model):
    """The picture of events of a sub-topic that have none of their own."""

    event_sub_topic = models.ForeignKey(
        EventSubTopic, on_delete=models.SET_NULL, null=True, blank=True, related_name="custom_placeholders"
    )
    name = models.CharField(max_length=255)
    original_image_url = models.URLField(max_length=2048)
    large_image_url = link(editable=False)
    thumbnail_image_url = link(editable=False)
    icon_image_url = link(editable=False)
    copyright = text()
    origin = line(max_length=2048)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
