"""Addresses of events that are no resources: the invitations under their older name."""

from django.urls import path

from .api.roles import AcceptInviteView, InvitedAddressView

urlpatterns = [
    path("v1/role_invites/accept-invite", AcceptInviteView.as_view(), name="role-invites-accept"),
    path("v1/role_invites/user", InvitedAddressView.as_view(), name="role-invites-user"),
]
