"""What an administrator allows groups of people on the site."""

from openevent import api
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from ..models import CustomSystemRole, PanelPermission, UserPermission


class UserPermissionSerializer(ResourceSerializer):
    class Meta:
        model = UserPermission
        type = "user-permission"
        fields = ["name", "description", "unverified_user", "anonymous_user", "deleted_at"]
        read_only_fields = ["deleted_at"]


@api.resource
class UserPermissionViewSet(ResourceViewSet):
    serializer_class = UserPermissionSerializer


class CustomSystemRoleSerializer(ResourceSerializer):
    class Meta:
        model = CustomSystemRole
        type = "custom-system-role"
        fields = ["name"]
        relations = ["panel_permissions"]


@api.resource
class CustomSystemRoleViewSet(ResourceViewSet):
    serializer_class = CustomSystemRoleSerializer


class PanelPermissionSerializer(ResourceSerializer):
    class Meta:
        model = PanelPermission
        type = "panel-permission"
        fields = ["panel_name", "can_access"]
        relations = ["custom_system_roles"]


@api.resource
class PanelPermissionViewSet(ResourceViewSet):
    serializer_class = PanelPermissionSerializer
    list_needs = {
        None: "accounts.list_panelpermission",
        CustomSystemRole: "accounts.list_panelpermission",
    }
    needs_login = True
