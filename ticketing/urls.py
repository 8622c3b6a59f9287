"""Addresses of tickets that are no resources."""

from django.urls import path

from .api.availability import AvailabilityView

urlpatterns = [
    path("v1/events/<str:key>/tickets/availability", AvailabilityView.as_view(), name="ticket-availability"),
]
