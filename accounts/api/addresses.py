"""Further addresses of people."""

from typing import Any

from django.urls import URLPattern, path

from openevent import api
from openevent.api.inputs import MISSING, ResourceInput
from openevent.api.registry import registry
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from ..models import User, UserEmail


class OwnRowsViewSet(ResourceViewSet):
    """Rows with a ``user``: the caller's, unless an admin names somebody else."""

    needs_login = True

    def scope_for_creation(self, given: ResourceInput) -> Any:
        """Whom the row is for; the caller where the body does not say."""
        if given.linkage("user") in (MISSING, None) and self.relationship is None:
            return self.request.user
        return super().scope_for_creation(given)


class UserEmailSerializer(ResourceSerializer):
    class Meta:
        model = UserEmail
        type = "user-email"
        fields = ["email_address", "type", "user_id", "deleted_at"]
        read_only_fields = ["deleted_at"]
        relations = ["user"]
        scope = "user"


@api.resource
class UserEmailViewSet(OwnRowsViewSet):
    """All of them for admins, one's own for everybody."""

    serializer_class = UserEmailSerializer
    list_needs = {None: "accounts.list_useremail", User: "accounts.list_useremail_own"}

    @classmethod
    def root_urls(cls) -> list[URLPattern]:
        """The list has a name of its own for admins, the way to the user another one."""
        to_user = cls.resource.relationships["user"]
        user = registry.of(User).viewset.as_view(
            {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}, relationship=to_user, detail=True
        )
        return [
            path("admin/user-emails", cls.as_view({"get": "list"}, detail=False), name="user-email-admin-list"),
            path("alternate-emails/<str:pk>/user", user, name="alternate-email-user"),
        ]


api.nest(User, UserEmail, "alternate_emails", lookup="user")
