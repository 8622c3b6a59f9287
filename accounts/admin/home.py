"""What the home page tells administrators of mails."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import ngettext

from openevent.admin.home import Attention, is_site_view

from ..models import Mail


@admin.site.panels
def mails(request: HttpRequest) -> dict[str, Any]:
    """Mails that were given up."""
    failed = Mail.objects.filter(state=Mail.State.FAILED).count() if is_site_view(request.user) else 0
    if not failed:
        return {}
    text = ngettext("%(n)d mail could not be sent.", "%(n)d mails could not be sent.", failed) % {"n": failed}
    return {"attention": [Attention(text, reverse("admin:accounts_mail_changelist") + "?state__exact=failed")]}
