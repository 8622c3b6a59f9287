"""What happens to an account after it was made."""

from typing import Any

from django.db import transaction

from openevent.exceptions import Conflict, NotAllowed

from ..mail import send_mail
from ..models import OneTimeToken, User
from ..one_time_tokens import void_tokens
from ..rules import is_self, is_super_admin, outranks
from .passwords import log_out_everywhere
from .registration import EMAIL_POINTER, PROFILE_FIELDS, send_verification_mail

# What admins say about others. One's own are ignored, like read-only attributes: clients send all of them.
FLAGS = frozenset({"is_sales_admin", "is_marketer", "is_verified", "is_blocked"})
SUPER_ADMIN_FLAGS = frozenset({"is_admin"})


@transaction.atomic
def update_user(*, user: User, by: User, changes: dict[str, Any]) -> User:
    """Change what ``by`` may change of an account; what stays the same is no attempt to change it.

    - one's own profile and address; a new address is unverified until its mail is answered
    - admins: profile and flags of people who are no admins
    - super admins: anybody's profile, address and flags, ``is_admin`` among them

    An admin cannot give away another's address: the link for a new password would follow it.
    Unknown names are ignored. NotAllowed, or Conflict where the new address is taken.
    """
    user = User.with_trashed.select_for_update().get(pk=user.pk)
    check_rank(user, by=by)
    changed = {name for name, value in changes.items() if _is_changeable(name) and getattr(user, name) != value}
    changed -= refused_names(user, by=by, changed=changed)
    old_email = user.email
    for name in changed:
        setattr(user, name, changes[name])
    if "email" in changed:
        user.email = user.email.strip()
        _check_address(user)
        if user.email.lower() != old_email.lower() and "is_verified" not in changed:
            user.is_verified = False
            changed.add("is_verified")
    if "is_blocked" in changed and user.is_blocked:
        _lock_out(user, by=by)
        changed.add("tokens_valid_from")
    if changed:
        user.save(update_fields=sorted(changed))
    if user.email.lower() != old_email.lower():
        _announce_new_address(user, old_email=old_email)
    return user


def _is_changeable(name: str) -> bool:
    return name == "email" or name in PROFILE_FIELDS | FLAGS | SUPER_ADMIN_FLAGS


def check_rank(user: User, *, by: User) -> None:
    """NotAllowed unless it is one's own account, or that of somebody of lower rank."""
    if not (is_self(by, user) or outranks(by, user)):
        raise NotAllowed("You are not allowed to change this account.")


def refused_names(user: User, *, by: User, changed: set[str]) -> set[str]:
    """The names among ``changed`` to leave alone; NotAllowed where an admin reaches above the rank."""
    if is_super_admin(by):
        return set()
    if is_self(by, user):
        return changed & (FLAGS | SUPER_ADMIN_FLAGS)
    above = changed & (SUPER_ADMIN_FLAGS | {"email"})
    if above:
        name = min(above).replace("_", "-")
        raise NotAllowed(f"Only a super admin may change {name}.", pointer=f"/data/attributes/{name}")
    return set()


def _check_address(user: User) -> None:
    if User.objects.by_email(user.email).exclude(pk=user.pk).exists():
        raise Conflict("An account with this address exists already.", "duplicate", EMAIL_POINTER)


def _announce_new_address(user: User, *, old_email: str) -> None:
    void_tokens(user=user, purpose=OneTimeToken.Purpose.RESET_PASSWORD)  # mailed to the old address
    send_mail(action="email_changed", to=old_email, context={})
    if user.is_verified:
        void_tokens(user=user, purpose=OneTimeToken.Purpose.VERIFY_EMAIL)
    else:
        send_verification_mail(user=user)


@transaction.atomic
def block_user(*, user: User, by: User) -> User:
    """Lock somebody out: at once for the API, whatever tokens are around. NotAllowed for oneself."""
    check_rank(user, by=by)
    user.is_blocked = True
    _lock_out(user, by=by)
    user.save(update_fields=["is_blocked", "tokens_valid_from"])
    return user


def _lock_out(user: User, *, by: User) -> None:
    if by.pk == user.pk:
        raise NotAllowed("You cannot block yourself.", pointer="/data/attributes/is-blocked")
    log_out_everywhere(user=user)
    void_tokens(user=user)


@transaction.atomic
def unblock_user(*, user: User, by: User) -> User:
    """Let somebody in again, with a new login."""
    check_rank(user, by=by)
    user.is_blocked = False
    user.save(update_fields=["is_blocked"])
    return user


@transaction.atomic
def trash_user(*, user: User, by: User) -> User:
    """Close an account: one's own, or by an admin. The last super admin stays (Conflict)."""
    check_rank(user, by=by)
    super_admins = User.objects.select_for_update().filter(is_super_admin=True, is_blocked=False)
    if user.is_super_admin and not [other for other in super_admins if other.pk != user.pk]:
        raise Conflict("The last super admin cannot be deleted.", "last_super_admin")
    user.trash()
    log_out_everywhere(user=user)
    user.save(update_fields=["tokens_valid_from"])
    void_tokens(user=user)
    return user
