"""Sponsors, social links, copyright, questions, exhibitors and tags."""

from typing import Any

from openevent import api
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet
from openevent.exceptions import Conflict

from ..models import Event, EventCopyright, Exhibitor, Faq, FaqType, Session, SocialLink, Sponsor, Tag


class SponsorSerializer(ResourceSerializer):
    class Meta:
        model = Sponsor
        type = "sponsor"
        fields = ["name", "description", "url", "level", "type", "logo_url", "deleted_at"]
        relations = ["event"]


@api.resource
class SponsorViewSet(ResourceViewSet):
    serializer_class = SponsorSerializer


class SocialLinkSerializer(ResourceSerializer):
    class Meta:
        model = SocialLink
        type = "social-link"
        fields = ["name", "link", "identifier", "deleted_at"]
        relations = ["event"]


@api.resource
class SocialLinkViewSet(ResourceViewSet):
    serializer_class = SocialLinkSerializer


class EventCopyrightSerializer(ResourceSerializer):
    class Meta:
        model = EventCopyright
        type = "event-copyright"
        fields = ["holder", "holder_url", "licence", "licence_url", "year", "logo_url", "deleted_at"]
        relations = ["event"]


@api.resource
class EventCopyrightViewSet(ResourceViewSet):
    serializer_class = EventCopyrightSerializer
    actions = ("create", "retrieve", "update", "destroy")


class FaqTypeSerializer(ResourceSerializer):
    class Meta:
        model = FaqType
        type = "faq-type"
        fields = ["name"]
        relations = ["event"]


@api.resource
class FaqTypeViewSet(ResourceViewSet):
    serializer_class = FaqTypeSerializer


class FaqSerializer(ResourceSerializer):
    class Meta:
        model = Faq
        type = "faq"
        fields = ["question", "answer", "deleted_at"]
        relations = ["event", "faq_type"]


@api.resource
class FaqViewSet(ResourceViewSet):
    serializer_class = FaqSerializer


class ExhibitorSerializer(ResourceSerializer):
    class Meta:
        model = Exhibitor
        type = "exhibitor"
        fields = [
            "name",
            "status",
            "description",
            "url",
            "position",
            "logo_url",
            "banner_url",
            "thumbnail_image_url",
            "video_url",
            "slides_url",
            "contact_email",
            "contact_link",
            "enable_video_room",
            "social_links",
        ]
        relations = ["event", "sessions"]


@api.resource
class ExhibitorViewSet(ResourceViewSet):
    serializer_class = ExhibitorSerializer


class TagSerializer(ResourceSerializer):
    class Meta:
        model = Tag
        type = "tag"
        fields = ["name", "color", "is_read_only", "deleted_at"]
        relations = ["event"]


@api.resource
class TagViewSet(ResourceViewSet):
    """Tags. A read-only one keeps its name and stays."""

    serializer_class = TagSerializer

    def perform_update(self, row: Tag, attrs: dict[str, Any]) -> Tag:
        """Change a tag."""
        if row.is_read_only and attrs.get("name", row.name) != row.name:
            raise Conflict("This tag is read-only.", "read_only", "/data/attributes/name")
        updated: Tag = super().perform_update(row, attrs)
        return updated

    def perform_trash(self, row: Tag) -> None:
        """Move it to the trash."""
        if row.is_read_only:
            raise Conflict("This tag is read-only.", "read_only")
        row.trash()


api.nest(Event, EventCopyright, "event_copyright", lookup="event", many=False)
api.nest(Event, Faq, "faqs", lookup="event")
api.nest(Event, FaqType, "faq_types", lookup="event")
api.nest(FaqType, Faq, "faqs", lookup="faq_type", is_writable=True)
api.nest(Event, Exhibitor, "exhibitors", lookup="event")
api.nest(Session, Exhibitor, "exhibitors", lookup="sessions", is_writable=True)
api.nest(Event, Tag, "tags", lookup="event")
api.nest(Event, Sponsor, "sponsors", lookup="event")
api.nest(Event, SocialLink, "social_links", lookup="event")
