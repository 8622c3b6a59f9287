"""Sponsors and social links."""

from openevent import api
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from ..models import Event, SocialLink, Sponsor


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


api.nest(Event, Sponsor, "sponsors", lookup="event")
api.nest(Event, SocialLink, "social_links", lookup="event")
