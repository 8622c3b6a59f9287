"""/v1/auth/{verify-email,resend-verification-email}, /v1/users/{check_email,user-details/get-user-id}."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.schema.plain import documents, members
from openevent.api.throttling import client_ip, take

from .. import services
from ..models import User
from .base import PublicView, data_of, text_of


class VerifyEmailView(PublicView):
    """Use the token that was mailed to a new address."""

    throttle_scope = "verify"

    @documents(
        body=members({"data": members({"token": str})}), answer=members({"message": str}), errors=[400, 429]
    )
    def post(self, request: Request) -> Response:
        """200; 400 for a token that is unknown, used, void or too old."""
        services.verify_email(token=text_of(data_of(request), "token", pointer="/data"))
        return Response({"message": "Email Verified"})


class ResendVerificationView(PublicView):
    """The verification mail once more."""

    @documents(
        body=members({"data": members({"email": str})}), answer=members({"message": str}), errors=[400, 429]
    )
    def post(self, request: Request) -> Response:
        """200 with the same answer for every address."""
        email = text_of(data_of(request), "email", pointer="/data").strip()
        take("reset_ip", client_ip(request))
        take("resend", email.lower())
        services.resend_verification_mail(email=email)
        return Response({"message": "Verification email resent"})


class CheckEmailView(PublicView):
    """Whether an address is free, for registration forms."""

    throttle_scope = "check_email"

    @documents(
        body=members({"email": str}), answer=members({"exists": bool, "result": bool}), errors=[400, 429]
    )
    def post(self, request: Request) -> Response:
        """200 ``{"exists": bool, "result": not exists}``."""
        exists = User.objects.by_email(text_of(data_of(request), "email")).exists()
        return Response({"exists": exists, "result": not exists})


class UserIdView(APIView):
    """Who am I?"""

    @documents(answer=members({"user_id": str}), errors=[401])
    def get(self, request: Request) -> Response:
        """200 ``{"user_id": "7"}``."""
        return Response({"user_id": str(request.user.pk)})
