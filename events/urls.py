"""Addresses of events that are no resources: the search, invitations under their older names."""

from django.urls import path

from .api import group_actions
from .api.event import EventViewSet
from .api.exports import FollowersExportView
from .api.imports import ImportView
from .api.roles import AcceptInviteView, InvitedAddressView

urlpatterns = [
    path("v1/role_invites/accept-invite", AcceptInviteView.as_view(), name="role-invites-accept"),
    path("v1/role_invites/user", InvitedAddressView.as_view(), name="role-invites-user"),
    path("v1/search/events", EventViewSet.as_view({"get": "list"}, detail=False, is_search=True), name="event-search"),
    path("v1/events/import/<str:source>", ImportView.as_view(), name="event-import"),
    path("v1/group/<int:pk>/export/followers/csv", FollowersExportView.as_view(), name="group-export-followers"),
    *group_actions.urlpatterns,
]
