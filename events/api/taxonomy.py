"""Types, topics, sub-topics and locations of events."""

from openevent import api
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from ..models import CustomPlaceholder, Event, EventLocation, EventSubTopic, EventTopic, EventType


class EventTypeSerializer(ResourceSerializer):
    class Meta:
        model = EventType
        type = "event-type"
        fields = ["name", "slug", "deleted_at"]


@api.resource
class EventTypeViewSet(ResourceViewSet):
    serializer_class = EventTypeSerializer


class EventTopicSerializer(ResourceSerializer):
    class Meta:
        model = EventTopic
        type = "event-topic"
        fields = ["name", "slug", "system_image_url", "deleted_at"]


@api.resource
class EventTopicViewSet(ResourceViewSet):
    serializer_class = EventTopicSerializer


class EventSubTopicSerializer(ResourceSerializer):
    class Meta:
        model = EventSubTopic
        type = "event-sub-topic"
        fields = ["name", "slug"]
        relations = ["event_topic"]


@api.resource
class EventSubTopicViewSet(ResourceViewSet):
    serializer_class = EventSubTopicSerializer


class EventLocationSerializer(ResourceSerializer):
    class Meta:
        model = EventLocation
        type = "event-location"
        fields = ["name", "slug"]


@api.resource
class EventLocationViewSet(ResourceViewSet):
    serializer_class = EventLocationSerializer


class CustomPlaceholderSerializer(ResourceSerializer):
    class Meta:
        model = CustomPlaceholder
        type = "custom-placeholder"
        integer_id = True
        fields = [
            "name",
            "original_image_url",
            "large_image_url",
            "thumbnail_image_url",
            "icon_image_url",
            "copyright",
            "origin",
        ]
        relations = ["event_sub_topic"]


@api.resource
class CustomPlaceholderViewSet(ResourceViewSet):
    serializer_class = CustomPlaceholderSerializer


api.nest(EventSubTopic, CustomPlaceholder, "custom_placeholder", lookup="event_sub_topic", many=False)
api.nest(EventTopic, EventSubTopic, "event_sub_topics", lookup="event_topic", is_writable=True)
api.nest(EventType, Event, "events", lookup="event_type", is_writable=True)
api.nest(EventTopic, Event, "events", lookup="event_topic", is_writable=True)
api.nest(EventSubTopic, Event, "events", lookup="event_sub_topic", is_writable=True)
api.nest(EventLocation, Event, "events", lookup="event_location")
