"""How many accounts one caller may make."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from openevent.api.throttling import client_ip, take


class RegistrationThrottle(BaseThrottle):
    """For the view of /v1/users: counts the POSTs of callers who are not logged in."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """True, or Throttled."""
        if request.method == "POST":
            take("register", client_ip(request))
        return True
