"""How a request says who is calling."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class Scheme(OpenApiAuthenticationExtension):
    """The token in the Authorization header, under either of its two names."""

    target_class = "rest_framework_simplejwt.authentication.JWTAuthentication"
    match_subclasses = True
    priority = 1
    name = ["Bearer", "JWT"]  # type: ignore[assignment]  # spectacular takes several

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[str]]]:
        """One of them; both names in one object would mean both at once."""
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: Any) -> Any:
        """``Bearer <token>``, which tools know, and ``JWT <token>``, which the clients send."""
        header = {"type": "apiKey", "in": "header", "name": "Authorization"}
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            {**header, "description": "`JWT <token>`: the word JWT, a blank, and the token."},
        ]


class DeviceScheme(OpenApiAuthenticationExtension):
    """The token of a phone or scanner at the door of one event."""

    target_class = "orders.api.door.callers.DeviceAuthentication"
    name = "Device"

    def get_security_definition(self, auto_schema: Any) -> Any:
        """``Device <token>``."""
        text = "`Device <token>`: the word Device, a blank, and the token that the event's team gave out."
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": text}
