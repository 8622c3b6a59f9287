"""Providers that the interface knows and this server has no contract with: it says so, with 503 and the name."""

from typing import Any

from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.schema.plain import documents, members
from openevent.exceptions import Unavailable

from .charges import order_to_pay


class ElsewhereView(APIView):
    """A step of a payment by Alipay, Omise or Paytm. For who may pay the order, where the step is the payer's."""

    permission_classes: list[Any] = []
    provider = ""
    is_payers = True

    @documents(answer=members({}), errors=[401, 403, 404, 503])
    def get(self, request: Request, key: str, token: str = "") -> Response:
        """503, with the reason."""
        return self.refuse(request, key)

    @documents(answer=members({}), errors=[401, 403, 404, 503])
    def post(self, request: Request, key: str, token: str = "") -> Response:
        """503, with the reason."""
        return self.refuse(request, key)

    def refuse(self, request: Request, key: str) -> Response:
        """Unavailable, for the payer; for others what any order says to them."""
        if self.is_payers:
            order_to_pay(request, key)
        raise Unavailable(f"This site takes no payments by {self.provider}.", "provider_unavailable")


def _step(address: str, provider: str, name: str, is_payers: bool = True) -> URLPattern:
    return path(f"v1/{address}", ElsewhereView.as_view(provider=provider, is_payers=is_payers), name=name)


urlpatterns = [
    _step("alipay/create_source/<str:key>", "Alipay", "alipay-source"),
    _step("alipay/alipay_return_uri/<str:key>", "Alipay", "alipay-return", is_payers=False),
    _step("orders/<str:key>/omise-checkout", "Omise", "omise-checkout"),
    _step("orders/<str:key>/paytm/initiate-transaction", "Paytm", "paytm-initiate"),
    _step("orders/<str:key>/paytm/fetch-payment-options/<str:token>", "Paytm", "paytm-options"),
    _step("orders/<str:key>/paytm/send_otp/<str:token>", "Paytm", "paytm-send-otp"),
    _step("orders/<str:key>/paytm/validate_otp/<str:token>", "Paytm", "paytm-validate-otp", is_payers=False),
    _step("orders/<str:key>/paytm/process_transaction/<str:token>", "Paytm", "paytm-process"),
    _step("orders/<str:key>/paytm/transaction-status", "Paytm", "paytm-status", is_payers=False),
]
