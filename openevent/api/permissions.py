"""Asking the policy table (openevent/policy.py) on behalf of the API."""

from typing import Any

import rules
from django.db import models
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from openevent.exceptions import NotAllowed


def permission(model: type[models.Model], verb: str) -> str:
    """The name of a permission, as Django's admin spells it too: ``events.change_track``."""
    return f"{model._meta.app_label}.{verb}_{model._meta.model_name}"


def may(user: Any, perm: str, obj: Any = None) -> bool:
    """What the table says; a permission that nobody declared is denied."""
    return rules.perm_exists(perm) and rules.has_perm(perm, user, obj)


def demand_login(request: Request) -> None:
    """401 for strangers."""
    if not request.user.is_authenticated:
        raise NotAuthenticated


def demand(request: Request, perm: str, obj: Any = None, message: str = "") -> None:
    """Raise 401 for strangers and 403 for others whom the table does not allow ``perm``."""
    if may(request.user, perm, obj):
        return
    demand_login(request)
    raise NotAllowed(message or "You are not allowed to do this.")
