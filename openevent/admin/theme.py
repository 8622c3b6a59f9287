"""What the theme is told by a function: our stylesheet, our script, the links below the user's name."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _


def stylesheet(request: HttpRequest) -> str:
    """Our own few classes."""
    return static("openevent/backoffice.css")


def favicon(request: HttpRequest) -> str:
    """A ticket."""
    return static("openevent/favicon.svg")


def script(request: HttpRequest) -> str:
    """Our own few lines of script."""
    return static("openevent/backoffice.js")


def account_links(request: HttpRequest) -> list[dict[str, Any]]:
    """What everybody can do with his own account."""
    return [
        {"title": _("Change password"), "link": reverse("admin:password_change")},
        {"title": _("Two-factor login"), "link": reverse("admin:two_factor")},
    ]
