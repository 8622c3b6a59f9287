"""Further addresses of people."""

from typing import Any

from openevent import api
from openevent.api.inputs import MISSING, ResourceInput
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
    aliases = ("alternate-emails",)
    list_needs = {None: "accounts.list_useremail", User: "accounts.list_useremail_own"}


api.nest(User, UserEmail, "alternate_emails", lookup="user")

# the list has a second name for admins
AdminListView = UserEmailViewSet.as_view({"get": "list"}, detail=False)
