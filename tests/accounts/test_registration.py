"""Getting an account, and proving the address."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts import services
from accounts.models import Mail, OneTimeToken, Setting, User
from accounts.signals import user_saved
from openevent.exceptions import Conflict, InvalidInput, MalformedInput
from tests.accounts.conftest import PASSWORD, person

VERIFY, RESEND = "/v1/auth/verify-email", "/v1/auth/resend-verification-email"


def verify(client, token: str):
    return client.post(VERIFY, {"data": {"token": token}}, format="json")


def test_registration_makes_an_unverified_account_and_two_mails(db):
    user = services.register_user(email=" Ada@Example.com", password="password", first_name="Ada")

    assert (user.email, user.first_name, user.is_verified) == ("Ada@Example.com", "Ada", False)
    assert user.check_password("password")
    mails = Mail.objects.filter(recipient=user.email, state="queued")
    assert set(mails.values_list("action", flat=True)) == {"welcome", "verify_email"}


def test_registration_ignores_what_is_not_about_oneself(db):
    flags = {
        "is_admin": True,
        "is_super_admin": True,
        "is_verified": True,
        "is_sales_admin": True,
        "is_blocked": True,
        "tokens_valid_from": timezone.now() + timedelta(days=1),
        "id": 1,
        "nonsense": 1,
    }
    user = services.register_user(email="ada@example.com", password="password", **flags)

    user.refresh_from_db()
    for flag in ("is_admin", "is_super_admin", "is_verified", "is_sales_admin", "is_blocked"):
        assert not getattr(user, flag)
    assert user.tokens_valid_from <= timezone.now()


@pytest.mark.parametrize("password", ["", "1234567", "ada@example.com"])
def test_registration_with_a_weak_password_is_refused(db, password):
    with pytest.raises(InvalidInput) as refusal:
        services.register_user(email="ada@example.com", password=password)
    assert refusal.value.pointer == "/data/attributes/password"
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["password", "12345678", "päßwörd1"])
def test_registration_with_eight_characters_is_enough(db, password):
    assert services.register_user(email="ada@example.com", password=password).pk


def test_registration_of_a_taken_address_is_a_conflict_in_any_case(ada):
    with pytest.raises(Conflict) as refusal:
        services.register_user(email="ADA@example.COM ", password="password")
    assert (refusal.value.code, refusal.value.pointer) == ("duplicate", "/data/attributes/email")


def test_registration_with_the_address_of_a_deleted_account_succeeds(ada):
    services.trash_user(user=ada, by=ada)

    assert services.register_user(email=ada.email, password="password").pk != ada.pk


@pytest.mark.django_db(transaction=True)
def test_registration_of_one_address_by_many_at_the_same_time_makes_one_account():
    start, made, refused = threading.Barrier(5), [], []

    def work() -> None:
        start.wait()
        try:
            made.append(services.register_user(email="ada@example.com", password="password"))
        except Conflict as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(made), refused) == (1, ["duplicate"] * 4)
    assert User.objects.count() == 1
    assert Mail.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_welcome_mail_is_queued_by_the_signal_after_commit(work_off_queue):
    person("olga")

    assert work_off_queue() == ["accounts.tasks.deliver_mail_task"]
    assert Mail.objects.get().action == "welcome"


def test_welcome_mail_is_written_once(ada):
    ada.save()
    services.send_welcome_mail(user=ada)

    assert Mail.objects.filter(action="welcome").count() == 1


def test_another_reaction_to_a_new_account_needs_no_change_in_accounts(db):
    greeted = []

    def greet(instance: User, created: bool, **kwargs: object) -> None:
        if created:
            greeted.append(instance.email)

    user_saved.connect(greet, sender=User)
    try:
        services.register_user(email="ada@example.com", password="password")
    finally:
        user_saved.disconnect(greet, sender=User)

    assert greeted == ["ada@example.com"]
    assert Mail.objects.filter(action="welcome").count() == 1


def test_verification_believes_the_address_once(anonymous, db, mailed_token):
    user = services.register_user(email="ada@example.com", password=PASSWORD)
    token = mailed_token(user.email)

    assert verify(anonymous, token).status_code == 200
    user.refresh_from_db()
    assert user.is_verified
    assert verify(anonymous, token).status_code == 400


def test_verification_with_a_bad_token_is_a_400(anonymous, ada, mailed_token):
    services.send_verification_mail(user=ada)
    services.request_password_reset(email=ada.email)
    reset_token = mailed_token(ada.email)
    OneTimeToken.objects.filter(purpose="verify_email").update(expires_at=timezone.now())

    for token in ("guess", reset_token):
        assert verify(anonymous, token).status_code == 400
    for body in ({}, {"data": {}}, {"data": {"token": None}}, {"data": {"token": 7}}, []):
        assert anonymous.post(VERIFY, body, format="json").status_code == 400


@pytest.mark.django_db(transaction=True)
def test_token_brought_by_many_at_the_same_time_works_once(mailed_token):
    user = services.register_user(email="ada@example.com", password=PASSWORD)
    token, start, results = mailed_token(user.email), threading.Barrier(5), []

    def work() -> None:
        start.wait()
        try:
            results.append(services.verify_email(token=token).pk)
        except MalformedInput:
            results.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results, key=str) == [user.pk, *[None] * 4]


@pytest.mark.django_db(transaction=True)
def test_tokens_asked_for_at_the_same_time_leave_one_that_works():
    user = person("ada")
    start, errors = threading.Barrier(5), []

    def work() -> None:
        start.wait()
        try:
            services.request_password_reset(email=user.email)
        except BaseException as error:
            errors.append(error)
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not errors
    assert OneTimeToken.objects.count() == 1
    assert Mail.objects.filter(action="reset_password").count() == 5


def test_resending_voids_the_first_token(anonymous, db, mailed_token):
    user = services.register_user(email="ada@example.com", password=PASSWORD)
    first = mailed_token(user.email)

    assert anonymous.post(RESEND, {"data": {"email": user.email}}, format="json").status_code == 200
    assert verify(anonymous, first).status_code == 400
    assert verify(anonymous, mailed_token(user.email)).status_code == 200


def test_resending_to_a_verified_or_unknown_address_mails_nothing_and_says_the_same(anonymous, ada):
    Mail.objects.all().delete()
    new = services.register_user(email="new@example.com", password=PASSWORD)
    answers = [
        anonymous.post(RESEND, {"data": {"email": address}}, format="json")
        for address in (ada.email, "nobody@example.com", new.email)
    ]

    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    sent = Mail.objects.filter(action="verify_email").exclude(state="decoy")
    assert set(sent.values_list("recipient", flat=True)) == {new.email}


@pytest.mark.parametrize("url", ["/v1/users/check_email", "/v1/users/checkEmail", "/v1/users/check_email/"])
def test_check_email_tells_whether_an_address_is_taken(anonymous, ada, url):
    for address, exists in (("ADA@example.com", True), ("nobody@example.com", False)):
        answer = anonymous.post(url, {"email": address}, format="json")
        assert (answer.status_code, answer.json()) == (200, {"exists": exists, "result": not exists})


def test_links_with_tokens_lead_only_where_the_operator_trusts(settings, ada, mailed_token):
    settings.FRONTEND_URL = "https://app.example"
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example", "https://tickets.example"]
    site = Setting.load()
    for chosen, expected in (
        ("https://tickets.example/app/", "https://tickets.example/app/verify?token="),
        ("https://evil.example", "https://app.example/verify?token="),
        ("https://tickets.example@evil.example", "https://app.example/verify?token="),
        (None, "https://app.example/verify?token="),
    ):
        site.frontend_url = chosen
        site.save()
        services.send_verification_mail(user=ada)
        assert expected in Mail.objects.filter(action="verify_email").latest("pk").text


def test_looking_up_an_address_uses_the_index(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "user_email_unique" in User.objects.by_email("ada@example.com").explain()
