"""The Stripe accounts of events."""

from events.models import Event
from openevent.exceptions import Conflict

from ..models import StripeAuthorization
from ..providers.stripe import Account, exchange_code


def connect_stripe(*, event: Event, code: str) -> StripeAuthorization:
    """Store the account that ``code`` opens as that of the event. Conflict where it has one; InvalidInput for a wrong
    code; ProviderAway where Stripe does not answer."""
    if StripeAuthorization.objects.filter(event=event).exists():
        raise Conflict("The event has a Stripe account already.", "duplicate", "/data/relationships/event")
    row = StripeAuthorization(event=event)
    _take(row, exchange_code(code))
    row.save(force_insert=True)
    return row


def reconnect_stripe(*, authorization: StripeAuthorization, code: str) -> StripeAuthorization:
    """Put the account that ``code`` opens in the place of the one there is."""
    _take(authorization, exchange_code(code))
    authorization.save()
    return authorization


def _take(row: StripeAuthorization, account: Account) -> None:
    row.account_id, row.stripe_publishable_key = account.account_id, account.publishable_key
    row.secret_key, row.refresh_token = account.secret_key, account.refresh_token
