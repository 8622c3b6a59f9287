"""/v1/auth/{verify-password,change-password,reset-password}."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.schema.plain import documents, members
from openevent.api.throttling import client_ip, give_back, take

from .. import services
from ..models import User
from .base import PublicView, data_of, text_of
from .login import remember_place

RESET_ANSWER = "If your email was registered with us, you'll get an email with reset link shortly"

ACCOUNT = members({"email": str, "id": int, "name": str})


def count_guess(user: User) -> None:
    """One more guess at the user's password, by somebody who is logged in; 429 after too many."""
    take("password", str(user.pk))


def take_back_guess(user: User) -> None:
    """It was right."""
    give_back("password", str(user.pk))


class VerifyPasswordView(APIView):
    """Is this my password?"""

    @documents(body=members({"password": str}), answer=members({"result": bool}), errors=[400, 401, 429])
    def post(self, request: Request) -> Response:
        """200 ``{"result": bool}``."""
        password = text_of(data_of(request), "password")
        count_guess(request.user)
        is_right = services.verify_password(user=request.user, password=password)
        if is_right:
            take_back_guess(request.user)
        return Response({"result": is_right})


class ChangePasswordView(APIView):
    """Another password, for who knows the old one. All tokens from before are void, this request's too."""

    @documents(
        body=members({"data": members({"old-password": str, "new-password": str})}),
        answer=members({"email": str, "id": int, "name": str, "password-changed": bool}),
        errors=[400, 401, 422, 429],
    )
    def post(self, request: Request) -> Response:
        """200 with address, id and name; 400 for a wrong old password, 422 for a weak new one."""
        data = data_of(request)
        old_password = text_of(data, "old-password", pointer="/data")
        new_password = text_of(data, "new-password", pointer="/data")
        count_guess(request.user)
        user = services.change_password(user=request.user, old_password=old_password, new_password=new_password)
        take_back_guess(user)
        remember_place(request, user.email)
        return Response({"email": user.email, "id": user.pk, "name": user.full_name, "password-changed": True})


class ResetPasswordView(PublicView):
    """POST mails a link with a token, PATCH uses it."""

    @documents(
        body=members({"data": members({"email": str})}),
        answer=members({"message": str, "email": str}),
        errors=[400, 429],
    )
    def post(self, request: Request) -> Response:
        """200 with the same answer whether there is such an account or not."""
        email = text_of(data_of(request), "email", pointer="/data").strip()
        take("reset_ip", client_ip(request))
        take("reset", email.lower())
        services.request_password_reset(email=email)
        return Response({"message": RESET_ANSWER, "email": email})

    @documents(
        body=members({"data": members({"token": str, "password": str})}), answer=ACCOUNT, errors=[400, 404, 422, 429]
    )
    def patch(self, request: Request) -> Response:
        """200 with address, id and name; 404 for a token that is unknown, used, void or too old."""
        data = data_of(request)
        token, password = text_of(data, "token", pointer="/data"), text_of(data, "password", pointer="/data")
        take("verify", client_ip(request))
        user = services.reset_password(token=token, password=password)
        remember_place(request, user.email)
        return Response({"email": user.email, "id": user.pk, "name": user.full_name})
