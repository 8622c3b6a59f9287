"""What happens to groups: founded, joined by invitation, announced to their followers."""

from typing import Any

from django.db import transaction

from accounts.mail import frontend_url, send_mail
from accounts.models import User
from accounts.placeholders import TOKEN_PLACEHOLDER, new_nonce, token_of
from openevent.exceptions import Conflict, NotAllowed, NotFound

from ..models import Event, Group, GroupMember, Role


@transaction.atomic
def create_group(*, by: Any, attributes: dict[str, Any]) -> Group:
    """A new group that ``by`` has founded and owns."""
    group = Group(**attributes, user=by)
    group.save(force_insert=True)
    owner = Role.objects.get(name="owner")
    GroupMember.objects.create(group=group, role=owner, user=by, email=by.email, accepted=True)
    return group


@transaction.atomic
def invite_to_group(*, group: Group, role: Role, email: str, by: Any) -> GroupMember:
    """Mail somebody an invitation to run the group with ``by``."""
    nonce = new_nonce()
    member = GroupMember.objects.create(group=group, role=role, email=email, token=token_of(nonce))
    _mail_invitation(member, by=by, nonce=nonce)
    return member


@transaction.atomic
def resend_group_invite(*, member: GroupMember, by: Any) -> None:
    """Send the invitation once more, with a new token that voids the last one."""
    if member.accepted:
        raise Conflict("The invitation is not open any more.", "not_pending")
    nonce = new_nonce()
    member.token = token_of(nonce)
    member.save(update_fields=["token"])
    _mail_invitation(member, by=by, nonce=nonce)


def _mail_invitation(member: GroupMember, *, by: Any, nonce: str) -> None:
    context = {
        "group": member.group,
        "role": member.role,
        "inviter": by.full_name,
        "link": f"{frontend_url()}/group-invites?token={TOKEN_PLACEHOLDER}",
    }
    send_mail(action="group_role_invite", to=member.email, context=context, nonce=nonce)


@transaction.atomic
def accept_group_invite(*, token: str, by: Any = None) -> GroupMember:
    """Take the role an invitation offers. The token proves the invited address; NotFound for an unknown one."""
    member = GroupMember.objects.select_for_update(of=("self",)).filter(token=token, group__deleted_at=None).first()
    if member is None:
        raise NotFound("There is no such invitation.")
    user = User.objects.by_email(member.email).first()
    if user is None:
        raise NotFound("Register with the invited address first.", "user_not_registered")
    if by is not None and by.is_authenticated and by.pk != user.pk:
        raise NotAllowed("The invitation is for another account.", "other_account")
    if not member.accepted:
        member.user, member.accepted = user, True
        member.save(update_fields=["user", "accepted"])
    return member


@transaction.atomic
def remove_group_member(member: GroupMember) -> None:
    """Take a role away; the last owner stays, somebody must be able to run the group."""
    if member.accepted and member.role.name == "owner":
        owners = GroupMember.objects.select_for_update().filter(
            group=member.group_id, role=member.role_id, accepted=True
        )
        if not [o for o in owners if o.pk != member.pk]:
            raise Conflict("The last owner of a group cannot leave it.", "last_owner")
    member.delete()


def announce_event(*, group: Group, event: Event) -> int:
    """Mail the group's followers that there is an event, once each; returns how many mails were written."""
    if event.group_id != group.pk:
        raise NotFound("The event is not one of the group.")
    if not event.is_published:
        raise Conflict("Publish the event before you announce it.", "not_published")
    link = f"{frontend_url()}/e/{event.identifier}"
    written = 0
    for follower in group.followers.filter(user__deleted_at=None).select_related("user"):
        mail = send_mail(
            action="group_event",
            to=follower.user.email,
            context={"group": group, "event": event, "link": link},
            key=f"group_event:{event.pk}:{follower.user_id}",
        )
        written += mail is not None
    if not event.is_announced:
        event.is_announced = True
        event.save(update_fields=["is_announced"])
    return written


def contact_group(*, group: Group, message: str, by: Any) -> None:
    """Mail the group's owners what somebody wants to tell them; they learn the address to answer to."""
    owners = group.roles.filter(accepted=True, role__name="owner", user__isnull=False, user__deleted_at=None)
    for email in owners.values_list("user__email", flat=True):
        send_mail(
            action="group_contact",
            to=email,
            context={"group": group, "message": message, "sender": by, "link": f"mailto:{by.email}"},
        )
