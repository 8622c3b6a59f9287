"""The site's own texts, and the sizes of its pictures."""

from openevent import api
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from ..models import EventImageSize, Page, SpeakerImageSize
from .site import OneRecordViewSet


class PageSerializer(ResourceSerializer):
    class Meta:
        model = Page
        type = "page"
        fields = ["name", "title", "url", "description", "place", "language", "index"]


@api.resource
class PageViewSet(ResourceViewSet):
    serializer_class = PageSerializer


class EventImageSizeSerializer(ResourceSerializer):
    class Meta:
        model = EventImageSize
        type = "event-image-size"
        fields = [
            "type",
            "full_width",
            "full_height",
            "full_aspect",
            "full_quality",
            "icon_width",
            "icon_height",
            "icon_aspect",
            "icon_quality",
            "thumbnail_width",
            "thumbnail_height",
            "thumbnail_aspect",
            "thumbnail_quality",
            "logo_width",
            "logo_height",
        ]


@api.resource
class EventImageSizeViewSet(OneRecordViewSet):
    serializer_class = EventImageSizeSerializer


class SpeakerImageSizeSerializer(ResourceSerializer):
    class Meta:
        model = SpeakerImageSize
        type = "speaker-image-size"
        fields = [
            "type",
            "small_size_width_height",
            "small_size_quality",
            "thumbnail_size_width_height",
            "thumbnail_size_quality",
            "icon_size_width_height",
            "icon_size_quality",
        ]


@api.resource
class SpeakerImageSizeViewSet(OneRecordViewSet):
    serializer_class = SpeakerImageSizeSerializer
