"""Which members and followers of groups somebody may see."""

from typing import Any, Self

from django.db.models import Q

from openevent.models import BaseQuerySet

from . import is_admin

GROUP_ROLES = ("owner", "organizer")


def groups_run_by(user: Any) -> Any:
    """Ids of the living groups that ``user`` runs, as a subquery."""
    from ..models import Group, GroupMember

    member_of = GroupMember.objects.filter(user_id=user.pk, accepted=True, role__name__in=GROUP_ROLES)
    return Group.objects.filter(Q(user_id=user.pk) | Q(pk__in=member_of.values("group_id"))).order_by().values("pk")


class GroupMemberQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Who runs the group sees its members; everybody his own memberships and invitations."""
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(group__deleted_at=None)
        if is_admin(user):
            return rows
        mine = Q(user=user)
        if user.is_verified:
            mine |= Q(email__iexact=user.email)
        return rows.filter(Q(group__in=groups_run_by(user)) | mine)


class FollowerQuerySet(BaseQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Who runs the group sees its followers; everybody whom he follows himself."""
        if not user.is_authenticated:
            return self.none()
        rows = self.filter(group__deleted_at=None)
        return rows if is_admin(user) else rows.filter(Q(group__in=groups_run_by(user)) | Q(user=user))
