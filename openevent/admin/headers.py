"""What browsers may do on pages of the back office."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# The theme's small framework evaluates attributes, hence unsafe-eval (docs/adr/0006 says why it is not done otherwise);
# there is no inline script, and none may come in.
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: https:; font-src 'self'; connect-src 'self'; frame-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)


class ContentSecurityMiddleware:
    """Sends the policy with every page below /admin/."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, with the header where it belongs."""
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
