"""The Stripe accounts of events: whose they are, and that what opens them is nowhere in clear."""

import logging
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Setting
from events.models import Event
from openevent.secrets import MASK, SecretField, Unreadable, decrypt, encrypt
from orders.models import Order
from payments.models import StripeAuthorization
from payments.services import charge_order
from tests.factories import client_of, give_role, make_event
from tests.jsonapi import body, ref, send

from .conftest import VISA

URL = "/v1/stripe-authorizations"


@pytest.fixture
def bare(cast: SimpleNamespace) -> Event:
    """An event of Olga's that has no account yet."""
    event = make_event(name="Bare")
    give_role(cast.olga, event, "owner")
    return event


def connect(who: Any, event: Event, code: str = "example") -> Any:
    document = body("stripe-authorization", relationships={"event": ref("event", event)}, stripe_auth_code=code)
    return send(client_of(who), "post", URL, document)


def test_owner_connects_an_account_once(cast: SimpleNamespace, bare: Event) -> None:
    made = connect(cast.olga, bare)

    assert made.status_code == 201
    row = StripeAuthorization.objects.get(event=bare)
    assert made.json()["data"]["attributes"] == {"stripe-publishable-key": row.stripe_publishable_key}
    assert row.secret_key.startswith("sk_test_")
    assert connect(cast.olga, bare).status_code == 409
    for url in (f"{URL}/{row.pk}", f"/v1/stripe-authorization/{row.pk}", f"/v1/events/{bare.pk}/stripe-authorization"):
        assert client_of(cast.ada).get(url).json()["data"]["id"] == str(row.pk)
    assert client_of(cast.olga).get(URL).status_code == 405


def test_wrong_code_is_refused_and_nothing_is_stored(cast: SimpleNamespace, bare: Event) -> None:
    answer = connect(cast.olga, bare, "wrong")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"] == {"pointer": "/data/attributes/stripe-auth-code"}
    assert not StripeAuthorization.objects.filter(event=bare).exists()


def test_only_the_team_connects_and_disconnects(cast: SimpleNamespace, bare: Event) -> None:
    assert [connect(who, bare).status_code for who in (None, cast.eve, cast.ada)] == [401, 403, 403]
    connect(cast.olga, bare)
    url = f"{URL}/{StripeAuthorization.objects.get(event=bare).pk}"

    assert [send(client_of(who), "delete", url).status_code for who in (None, cast.eve, cast.olga)] == [401, 403, 200]


def test_secrets_are_nowhere_in_clear(
    cast: SimpleNamespace, ordered: Callable[..., Order], bare: Event, caplog: Any, settings: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    connect(cast.olga, bare)
    order = ordered()
    charge_order(order=order, stripe=VISA)
    keys = {field.name: f"sk_site_{field.name}" for field in Setting._meta.fields if isinstance(field, SecretField)}
    shown = [write_settings(cast.adam, keys)]
    adam, accounts = client_of(cast.adam), StripeAuthorization.objects.all()
    shown += [adam.get(f"{URL}/{row.pk}").content.decode() for row in accounts]
    admin = Client()
    admin.force_login(cast.sue)
    pages = ["payment/", "stripeauthorization/"]
    pages += [f"stripeauthorization/{row.pk}/change/" for row in StripeAuthorization.objects.all()]
    for page in [*(f"payments/{page}" for page in pages), "accounts/setting/1/change/"]:
        answer = admin.get(f"/admin/{page}")
        assert answer.status_code == 200
        shown += [answer.content.decode()]

    secrets = [settings.STRIPE_SECRET_KEY, settings.PAYPAL_SECRET, "sk_test_of_the_event", *keys.values()]
    for row in StripeAuthorization.objects.filter(event=bare):
        secrets += [str(row.secret_key), str(row.refresh_token)]
    everything = "\n".join([*shown, caplog.text, repr(list(StripeAuthorization.objects.all())), dump()])
    for secret in secrets:
        assert secret
        assert secret not in everything


def write_settings(who: Any, keys: dict[str, str]) -> str:
    """Let the site's keys be entered, and sent back as a client does that sends all it got; what it was answered."""
    answer = send(client_of(who), "patch", "/v1/settings/1", body("setting", "1", **keys))
    written = answer.json()["data"]["attributes"]
    assert {written[name.replace("_", "-")] for name in keys} == {MASK}
    again = {"data": {"type": "setting", "id": "1", "attributes": written}}
    answer = send(client_of(who), "patch", "/v1/settings/1", again)
    assert answer.status_code == 200
    row = Setting.load()
    assert {name: str(getattr(row, name)) for name in keys} == keys
    assert client_of(None).get("/v1/settings").json()["data"]["attributes"]["stripe-secret-key"] is None
    return answer.content.decode() + repr(row.__dict__)


def test_form_of_the_site_keeps_keys_that_are_not_typed_anew(cast: SimpleNamespace) -> None:
    Setting.objects.update_or_create(pk=1, defaults={"stripe_secret_key": "sk_live_old", "paypal_secret": "old"})
    admin = Client()
    admin.force_login(cast.sue)
    page = admin.get("/admin/accounts/setting/1/change/")
    form = page.context["adminform"].form
    typed = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}

    typed |= {"stripe_secret_key": "sk_live_new", "paypal_secret": ""}
    assert admin.post("/admin/accounts/setting/1/change/", typed).status_code == 302

    row = Setting.load()
    assert (str(row.stripe_secret_key), str(row.paypal_secret)) == ("sk_live_new", "old")


def test_site_whose_key_was_lost_still_works(cast: SimpleNamespace, settings: Any) -> None:
    Setting.objects.update_or_create(pk=1, defaults={"paypal_secret": "old"})
    settings.PAYMENT_SECRETS_KEYS = ["the key of quite another site, also long enough"]

    shown = client_of(cast.adam).get("/v1/settings").json()["data"]["attributes"]

    assert shown["paypal-secret"] == MASK
    with pytest.raises(Unreadable):
        str(Setting.load().paypal_secret)


def dump() -> str:
    """Every row of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def test_keys_of_secrets_can_be_changed(settings: Any) -> None:
    settings.PAYMENT_SECRETS_KEYS = ["an old key of more than thirty-two characters"]
    stored = encrypt("sk_live_1")
    settings.PAYMENT_SECRETS_KEYS = ["a new key of more than thirty-two characters!", *settings.PAYMENT_SECRETS_KEYS]
    assert decrypt(stored) == "sk_live_1"
    settings.PAYMENT_SECRETS_KEYS = ["the key of quite another site, also long enough"]
    with pytest.raises(Unreadable):
        decrypt(stored)
