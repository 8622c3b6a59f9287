"""Users."""

from typing import Any

from rest_framework import serializers

from openevent import api
from openevent.api.inputs import ResourceInput
from openevent.api.serializers import ResourceSerializer
from openevent.api.throttling import ScopedThrottle
from openevent.api.viewsets import ResourceViewSet

from .. import services
from ..models import User

PRIVATE = [
    "contact",
    "details",
    "facebook_id",
    "last_accessed_at",
    "billing_contact_name",
    "billing_phone",
    "billing_country",
    "billing_state",
    "billing_city",
    "billing_address",
    "billing_zip_code",
    "billing_tax_info",
    "billing_additional_info",
]
ROLES = ["owner", "organizer", "coorganizer", "track_organizer", "moderator", "registrar"]


class UserSerializer(ResourceSerializer):
    """``is-user-owner`` and its kin say whether somebody has that role in any event."""

    password = serializers.CharField(write_only=True, required=False, max_length=1024)
    is_user_owner = serializers.SerializerMethodField()
    is_user_organizer = serializers.SerializerMethodField()
    is_user_coorganizer = serializers.SerializerMethodField()
    is_user_track_organizer = serializers.SerializerMethodField()
    is_user_moderator = serializers.SerializerMethodField()
    is_user_registrar = serializers.SerializerMethodField()

    class Meta:
        model = User
        type = "user"
        fields = [
            "email",
            "password",
            "first_name",
            "last_name",
            "public_name",
            "avatar_url",
            "original_image_url",
            "small_image_url",
            "icon_image_url",
            "thumbnail_image_url",
            "company",
            "language_prefrence",
            "facebook_url",
            "twitter_url",
            "instagram_url",
            "google_plus_url",
            *PRIVATE,
            "is_super_admin",
            "is_admin",
            "is_sales_admin",
            "is_marketer",
            "is_verified",
            "is_blocked",
            "is_profile_public",
            "is_rocket_chat_registered",
            "was_registered_with_order",
            *[f"is_user_{role}" for role in ROLES],
            "created_at",
            "deleted_at",
        ]
        read_only_fields = [
            "is_super_admin",
            "is_rocket_chat_registered",
            "facebook_id",
            "original_image_url",
            "small_image_url",
            "icon_image_url",
            "thumbnail_image_url",
            "created_at",
            "last_accessed_at",
            "deleted_at",
        ]
        restricted = dict.fromkeys(PRIVATE, "accounts.change_user")

    @staticmethod
    def prepare(rows: list[User], user: Any, names: set[str]) -> None:
        """The roles that each of ``rows`` has in any event, by one query for all."""
        if not any(name.startswith("is_user_") for name in names):
            return
        found: dict[int, set[str]] = {}
        pairs = User.with_trashed.filter(pk__in=[row.pk for row in rows]).values_list("pk", "event_roles__role__name")
        for pk, role in pairs:
            found.setdefault(pk, set()).add(role)
        for row in rows:
            row.role_names = found.get(row.pk, set())  # type: ignore[attr-defined]

    def get_is_user_owner(self, row: Any) -> bool:
        return "owner" in row.role_names

    def get_is_user_organizer(self, row: Any) -> bool:
        return "organizer" in row.role_names

    def get_is_user_coorganizer(self, row: Any) -> bool:
        return "coorganizer" in row.role_names

    def get_is_user_track_organizer(self, row: Any) -> bool:
        return "track_organizer" in row.role_names

    def get_is_user_moderator(self, row: Any) -> bool:
        return "moderator" in row.role_names

    def get_is_user_registrar(self, row: Any) -> bool:
        return "registrar" in row.role_names


@api.resource
class UserViewSet(ResourceViewSet):
    """Accounts: anybody registers, admins list, everybody changes his own."""

    serializer_class = UserSerializer
    list_needs = {None: "accounts.list_user"}
    needs_login = True
    anonymous_verbs = ("add",)
    throttle_classes = [ScopedThrottle]

    @property
    def throttle_scope(self) -> str | None:
        """Registrations are counted by address."""
        return "register" if self.request.method == "POST" else None

    def validated(self, given: ResourceInput, row: User | None, scope: Any) -> dict[str, Any]:
        """The kit's; a registration needs address and password."""
        if row is None:
            for name in ("email", "password"):
                if not given.attributes.get(name):
                    raise serializers.ValidationError({name: ["This field is required."]}, code="required")
        return super().validated(given, row, scope)

    def perform_create(self, attrs: dict[str, Any]) -> User:
        """Register."""
        return services.register_user(**attrs)

    def perform_update(self, row: User, attrs: dict[str, Any]) -> User:
        """Change a profile; passwords have a route of their own."""
        attrs.pop("password", None)
        return services.update_user(user=row, by=self.request.user, changes=attrs)

    def perform_trash(self, row: User) -> None:
        """Close the account."""
        services.trash_user(user=row, by=self.request.user)

    def document(self, row: User) -> dict[str, Any]:
        """Who has just registered sees his own account."""
        if not self.request.user.is_authenticated and self.request.method == "POST":
            self.request.user = row
        return super().document(row)
