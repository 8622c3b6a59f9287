"""Who somebody is, as predicates; openevent/policy.py binds them to verbs."""

from typing import Any

import rules

from .models import PanelPermission, User


@rules.predicate
def is_authenticated(user: Any) -> bool:
    """Has logged in, with an account that may act."""
    return bool(user.is_authenticated and user.is_active)


@rules.predicate
def is_verified(user: Any) -> bool:
    """Has logged in and proved the address."""
    return is_authenticated(user) and user.is_verified


@rules.predicate
def is_admin(user: Any) -> bool:
    """Site administrator of either rank."""
    return is_authenticated(user) and user.is_any_admin


@rules.predicate
def is_super_admin(user: Any) -> bool:
    """Site administrator of the higher rank."""
    return is_authenticated(user) and user.is_super_admin


@rules.predicate
def opens_sales(user: Any) -> bool:
    """Has a custom system role to which administrators have opened the panel ``sales``."""
    return is_authenticated(user) and PanelPermission.objects.open_to(user, "sales")


@rules.predicate
def outranks(user: Any, obj: Any) -> bool:
    """Stands above the account ``obj``: admins above ordinary people, super admins above everybody."""
    if not isinstance(obj, User):
        return False
    return is_super_admin(user) or (is_admin(user) and not (obj.is_admin or obj.is_super_admin))


@rules.predicate
def is_self(user: Any, obj: Any) -> bool:
    """The account is one's own, or the thing belongs to it (``obj.user``)."""
    if not is_authenticated(user) or obj is None:
        return False
    return (obj.pk if isinstance(obj, User) else getattr(obj, "user_id", None)) == user.pk


@rules.predicate
def may_be_played_by(user: Any, obj: Any) -> bool:
    """A super admin may work as somebody who is no administrator and may act at all."""
    return is_super_admin(user) and isinstance(obj, User) and obj.is_active and not obj.is_any_admin
