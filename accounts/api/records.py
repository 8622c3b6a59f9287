"""The activity log, and the imports that people asked for."""

from typing import Any

from openevent import api
from openevent.api.serializers import ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from ..models import Activity, ImportJob


class ActivitySerializer(ResourceSerializer):
    class Meta:
        model = Activity
        type = "activity"
        fields = ["actor", "time", "action"]
        read_only_fields = fields


@api.resource
class ActivityViewSet(ResourceViewSet):
    serializer_class = ActivitySerializer
    path = "activities"
    actions = ("list", "retrieve")
    list_needs = {None: "accounts.list_activity"}
    needs_login = True


class ImportJobSerializer(ResourceSerializer):
    class Meta:
        model = ImportJob
        type = "import-job"
        fields = ["task", "starts_at", "result", "result_status"]


@api.resource
class ImportJobViewSet(ResourceViewSet):
    """Everybody's own; all of them for admins."""

    serializer_class = ImportJobSerializer
    needs_login = True

    def perform_create(self, attrs: dict[str, Any]) -> ImportJob:
        """The job is the caller's."""
        row: ImportJob = super().perform_create({**attrs, "user": self.request.user})
        return row
