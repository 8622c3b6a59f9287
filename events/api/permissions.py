"""What the roles of events may do with the parts of events."""

from openevent import api
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from ..models import EventRolePermission, Service


class ServiceSerializer(ResourceSerializer):
    class Meta:
        model = Service
        type = "service"
        fields = ["name"]


@api.resource
class ServiceViewSet(ResourceViewSet):
    serializer_class = ServiceSerializer
    actions = ("list", "retrieve", "update")
    list_needs = {None: "events.list_service"}


class EventRolePermissionSerializer(ResourceSerializer):
    class Meta:
        model = EventRolePermission
        type = "event-role-permissions"
        fields = ["can_create", "can_read", "can_update", "can_delete"]
        relations = ["role", "service"]


@api.resource
class EventRolePermissionViewSet(ResourceViewSet):
    serializer_class = EventRolePermissionSerializer
    path = "event-role-permissions"
    actions = ("list", "retrieve", "update")
    list_needs = {None: "events.list_eventrolepermission"}
