"""What administrators ask of the site itself: a test mail, the translations."""

import io
import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import path, re_path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.inputs import plain_body
from openevent.api.permissions import demand
from openevent.api.schema.plain import documents, members
from openevent.api.wire import PlainRenderer
from openevent.exceptions import Unavailable

from ..mail import send_mail


class RecipientSerializer(serializers.Serializer):
    recipient = serializers.EmailField(max_length=254)


class TestMailView(APIView):
    """``POST /v1/test-mail`` ``{"recipient"}``."""

    permission_classes: list[Any] = []
    serializer_class = RecipientSerializer

    @documents(
        body=members({"recipient": str}), answer=members({"message": str, "mail": str}), errors=[400, 401, 403, 422]
    )
    def post(self, request: Request) -> Response:
        """Which mail was written; ``/v1/mails/<id>`` tells of it."""
        demand(request, "accounts.send_test_mail")
        given = RecipientSerializer(data=plain_body(request))
        given.is_valid(raise_exception=True)
        mail = send_mail(action="test", to=given.validated_data["recipient"], context={})
        if mail is None:
            raise Unavailable("Test mails are switched off in the message settings.", "switched_off")
        return Response({"message": "Test mail is on its way", "mail": str(mail.pk)})


class TranslationsView(APIView):
    """``GET /v1/admin/content/translations/all/``."""

    permission_classes: list[Any] = []

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """A zip, whatever the client says it accepts."""
        return PlainRenderer(), "application/zip"

    @documents(answer="application/zip", errors=[401, 403, 503])
    def get(self, request: Request) -> HttpResponse:
        """The translation files (``<language>/LC_MESSAGES/<domain>.po``); 503 where the site has none."""
        demand(request, "accounts.view_translations")
        found = [(folder, file) for folder in map(Path, settings.LOCALE_PATHS) for file in sorted(folder.rglob("*.po"))]
        if not found:
            raise Unavailable("This site has no translations: it speaks English.", "no_translations")
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for folder, file in found:
                archive.write(file, str(file.relative_to(folder)))
        answer = HttpResponse(content.getvalue(), content_type="application/zip")
        answer["Content-Disposition"] = 'attachment; filename="translations.zip"'
        return answer


urlpatterns = [
    path("v1/test-mail", TestMailView.as_view(), name="test-mail"),
    re_path(r"^v1/admin/content/translations/all/?$", TranslationsView.as_view(), name="translations"),
]
