"""Addresses of tickets and codes that are no resources, or second names of some."""

from typing import Any

from django.urls import path

from .api.availability import AvailabilityView
from .api.codes import AccessCodeViewSet, DiscountCodeViewSet, UnusedCodesView

BY_WORD: dict[str, Any] = {"get": "look_up", "patch": "partial_update", "delete": "destroy"}

urlpatterns = [
    path("v1/events/<str:key>/tickets/availability", AvailabilityView.as_view(), name="ticket-availability"),
    path("v1/events/<str:pk>/discount-codes/delete-unused", UnusedCodesView.as_view(), name="delete-unused-codes"),
    path(
        "v1/events/<str:pk>/discount-codes/<str:code>",
        DiscountCodeViewSet.as_view(BY_WORD, detail=True),
        name="event-discount-code-by-word",
    ),
    path(
        "v1/events/<str:pk>/access-codes/<str:code>",
        AccessCodeViewSet.as_view(BY_WORD, detail=True),
        name="event-access-code-by-word",
    ),
]
