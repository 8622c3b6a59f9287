"""Addresses of orders that are no resources, or that clients know under another collection."""

from django.urls import path

from .api.door import AttendeeSearchView, AttendeeStateView
from .api.downloads import TicketsPdfView
from .api.exports import urlpatterns as exports
from .api.site_statistics import urlpatterns as statistics

urlpatterns = [
    *statistics,
    path("v1/states", AttendeeStateView.as_view(), name="attendee-state"),
    path("v1/tickets/<uuid:key>", TicketsPdfView.as_view(), name="tickets-pdf-by-order"),
    path("v1/events/<str:key>/attendees/search", AttendeeSearchView.as_view(), name="attendee-search"),
    *exports,
]
