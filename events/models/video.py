"""Streams of events and rooms: where they are, who moderates them and what was recorded."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from openevent.fields import flag, line, link, moment, text

from ..querysets import PublicQuerySet
from ..querysets.video import ModeratorQuerySet, OfStreamQuerySet, RecordingQuerySet, VideoStreamQuerySet
from .event import Event


class VideoChannel(models.Model):
    """A service that streams run on, as the site's administrators have set it up."""

    name = models.CharField(max_length=255)
    provider = models.CharField(max_length=255)
    url = models.URLField(max_length=2048)
    api_url = link()
    api_key = line()
    extra = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    modified_at = models.DateTimeField(auto_now=True)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class VideoStream(models.Model):
    """The stream of some rooms (``Microlocation.video_stream``), and, with ``is_for_event``, of the whole event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="video_streams")
    is_for_event = flag(editable=False)
    video_channel = models.ForeignKey(
        VideoChannel, on_delete=models.SET_NULL, null=True, blank=True, related_name="video_streams"
    )
    name = models.CharField(max_length=255)
    url = models.URLField(max_length=2048)
    password = line()
    additional_information = text()
    bg_img_url = line(max_length=2048)
    extra = models.JSONField(null=True, blank=True)
    is_chat_enabled = models.BooleanField(null=True, blank=True, default=False)
    is_global_event_room = models.BooleanField(null=True, blank=True, default=False)
    chat_room_name = line(editable=False)

    objects = VideoStreamQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event"],
                name="event_stream_once",
                condition=Q(is_for_event=True),
                violation_error_message="The event has a stream already.",
                violation_error_code="duplicate",
            )
        ]

    def __str__(self) -> str:
        return self.name


class OfStream(models.Model):
    """Something that belongs to one stream; its event is the stream's."""

    video_stream: Any

    class Meta:
        abstract = True
        ordering = ["pk"]

    @property
    def event(self) -> Event:
        """The event of the stream."""
        return self.video_stream.event

    @property
    def event_id(self) -> int:
        """Its id."""
        return self.video_stream.event_id


class VideoRecording(OfStream):
    """What a streaming service has recorded."""

    video_stream = models.ForeignKey(VideoStream, on_delete=models.CASCADE, related_name="video_recordings")
    bbb_record_id = line()
    participants = models.PositiveIntegerField()
    url = models.URLField(max_length=2048)
    start_time = models.DateTimeField()
    end_time = moment(null=False, blank=False)

    objects = RecordingQuerySet.as_manager()

    def __str__(self) -> str:
        return self.url


class VideoStreamModerator(OfStream):
    """Who moderates a stream, by address: the account may come later."""

    video_stream = models.ForeignKey(VideoStream, on_delete=models.CASCADE, related_name="moderators")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="moderated_streams"
    )
    email = models.EmailField(max_length=254)

    objects = ModeratorQuerySet.as_manager()

    class Meta(OfStream.Meta):
        constraints = [
            models.UniqueConstraint(
                models.functions.Lower("email"),
                "video_stream",
                name="stream_moderator_once",
                violation_error_message="This address moderates the stream already.",
                violation_error_code="duplicate",
            )
        ]

    def __str__(self) -> str:
        return self.email


class TranslationChannel(OfStream):
    """Where a stream is heard in another language."""

    video_stream = models.ForeignKey(VideoStream, on_delete=models.CASCADE, related_name="translation_channels")
    channel = models.ForeignKey(
        VideoChannel, on_delete=models.SET_NULL, null=True, blank=True, related_name="translation_channels"
    )
    name = models.CharField(max_length=255)
    url = models.CharField(max_length=2048)

    objects = OfStreamQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
