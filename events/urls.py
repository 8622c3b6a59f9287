"""Addresses of events that are no resources: the search, invitations under their older names."""

from django.urls import path

from .api import group_actions
from .api.event import EventViewSet
from .api.roles import AcceptInviteView, InvitedAddressView

urlpatterns = [
    path("v1/role_invites/accept-invite", AcceptInviteView.as_view(), name="role-invites-accept"),
    path("v1/role_invites/user", InvitedAddressView.as_view(), name="role-invites-user"),
    path("v1/search/events", EventViewSet.as_view({"get": "list"}, detail=False, is_search=True), name="event-search"),
    *group_actions.urlpatterns,
]
