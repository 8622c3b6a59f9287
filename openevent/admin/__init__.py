"""The back office: Django's admin, under the policy table, with errors of the domain shown at the form.

Apps register subclasses of ``BackOfficeAdmin`` in their own ``admin`` modules. Whose work rows are is said by
openevent/desks.py, what somebody may do with one by openevent/policy.py; both are asked in one place,
``PolicyAdmin``.
"""

from .actions import action
from .base import BackOfficeAdmin
from .columns import label, moment, money, word
from .filters import EventFilter
from .forms import BackOfficeForm, PageForm, complaints
from .links import Link, add_links
from .permissions import PolicyAdmin, choices, visible
from .readonly import OneRecordAdmin, ReadOnlyAdmin, ReadOnlyInline, ReadOnlyMixin
from .site import BackOffice

__all__ = [
    "BackOffice",
    "BackOfficeAdmin",
    "BackOfficeForm",
    "EventFilter",
    "Link",
    "OneRecordAdmin",
    "PageForm",
    "PolicyAdmin",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "ReadOnlyMixin",
    "action",
    "add_links",
    "choices",
    "complaints",
    "label",
    "moment",
    "money",
    "visible",
    "word",
]
