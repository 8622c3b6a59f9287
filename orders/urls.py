"""Addresses of orders that are no resources, or that clients know under another collection."""

from django.urls import path

from .api.badges import badge_urls
from .api.door.exports import ScansExportView
from .api.door.offline import DoorPackView, ScanBatchesView
from .api.door.reports import DevicesView, DeviceView, DoorReportView, OccupancyView
from .api.door.scans import ScanView
from .api.door.searching import AttendeeSearchView, AttendeeStateView
from .api.door.stations import door_urls
from .api.door.virtual import VirtualCheckInView
from .api.downloads import TicketsPdfView
from .api.exports import urlpatterns as exports
from .api.site_statistics import urlpatterns as statistics

urlpatterns = [
    *statistics,
    path("v1/states", AttendeeStateView.as_view(), name="attendee-state"),
    path("v1/tickets/<uuid:key>", TicketsPdfView.as_view(), name="tickets-pdf-by-order"),
    path("v1/events/<str:key>/attendees/search", AttendeeSearchView.as_view(), name="attendee-search"),
    *exports,
    path("v1/export/user-check-in/csv", ScansExportView.as_view(), name="export-scans"),
    path("v1/events/<str:key>/virtual/check-in", VirtualCheckInView.as_view(), name="event-virtual-check-in"),
    path("v1/events/<str:key>/scans", ScanView.as_view(), name="event-scans"),
    path("v1/events/<str:key>/scan-batches", ScanBatchesView.as_view(), name="event-scan-batches"),
    path("v1/events/<str:key>/door-pack", DoorPackView.as_view(), name="event-door-pack"),
    path("v1/events/<str:key>/door-report", DoorReportView.as_view(), name="event-door-report"),
    path("v1/events/<str:key>/occupancy", OccupancyView.as_view(), name="event-occupancy"),
    path("v1/events/<str:key>/door-devices", DevicesView.as_view(), name="event-door-devices"),
    path("v1/events/<str:key>/door-devices/<int:pk>", DeviceView.as_view(), name="event-door-device"),
    *door_urls(),
    *badge_urls(),
]
