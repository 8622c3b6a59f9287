"""Asking for orders, attendees and the site's sales as a file."""

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.jobs import TASK_URL, JobView, task_response
from accounts.services import request_job
from events.api.exports import ERRORS, STATUS, ExportView, status_of
from openevent.api.permissions import demand
from openevent.api.schema.plain import documents

from ..exports.sales import EVENT_STATES


class SalesExportView(JobView):
    """``/v1/admin/export/sales/csv`` for the site's administrators; GET and POST are the same."""

    @documents(answer=TASK_URL, errors=ERRORS, parameters={"status": str})
    def get(self, request: Request) -> Response:
        """Where to ask how far the export is."""
        return self.post(request)

    @documents(body=STATUS, answer=TASK_URL, errors=ERRORS)
    def post(self, request: Request) -> Response:
        """The same."""
        demand(request, "orders.export_sales")
        params = {"status": status_of(request, EVENT_STATES)}
        return task_response(request_job(kind="sales", by=request.user, params=params))


urlpatterns = [
    path("v1/admin/export/sales/csv", SalesExportView.as_view(), name="export-sales"),
    *[
        path(
            f"v1/events/<str:pk>/export/{kind}/{form}",
            ExportView.as_view(kind=kind, form=form),
            name=f"event-export-{kind}-{form}",
        )
        for kind in ("orders", "attendees")
        for form in ("csv", "pdf")
    ],
]
