"""Addresses of orders that are no resources, or that clients know under another collection."""

from django.urls import path

from .api.door.scans import ScanView
from .api.door.searching import AttendeeSearchView, AttendeeStateView
from .api.door.stations import door_urls
from .api.downloads import TicketsPdfView

urlpatterns = [
    path("v1/states", AttendeeStateView.as_view(), name="attendee-state"),
    path("v1/tickets/<uuid:key>", TicketsPdfView.as_view(), name="tickets-pdf-by-order"),
    path("v1/events/<str:key>/attendees/search", AttendeeSearchView.as_view(), name="attendee-search"),
    path("v1/events/<str:key>/scans", ScanView.as_view(), name="event-scans"),
    *door_urls(),
]
