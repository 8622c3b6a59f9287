"""What happens to accounts, and who may make it happen."""

import pytest

from accounts import rules, services
from accounts.auth.jwt import AccessToken
from accounts.models import Mail, Notification, User
from openevent.exceptions import Conflict, NotAllowed
from tests.accounts.conftest import PASSWORD, person
from tests.accounts.test_sessions import status_with

FLAGS = ["is_admin", "is_super_admin", "is_sales_admin", "is_marketer", "is_blocked"]


def update(user: User, by: User, **changes: object) -> User:
    return services.update_user(user=user, by=by, changes=changes)


def test_profile_is_ones_own_to_change(ada):
    update(ada, ada, first_name="Adela", billing_city="Paris", unknown=1, pk=7, password="x", created_at=None)

    ada.refresh_from_db()
    assert (ada.first_name, ada.billing_city) == ("Adela", "Paris")
    assert ada.check_password(PASSWORD)


@pytest.mark.parametrize("flag", [*FLAGS, "is_verified"])
def test_flags_are_not_ones_own_to_change(ada, flag):
    before = getattr(ada, flag)
    update(ada, ada, **{flag: not before, "first_name": "Adela"})

    ada.refresh_from_db()
    assert getattr(ada, flag) == before
    assert ada.first_name == "Adela"


def test_strangers_change_nothing(ada, eve):
    for act in (
        lambda: update(ada, eve, first_name="Mallory"),
        lambda: services.trash_user(user=ada, by=eve),
        lambda: services.block_user(user=ada, by=eve),
        lambda: services.unblock_user(user=ada, by=eve),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_admin_changes_profile_and_flags_of_ordinary_people(ada, adam):
    update(ada, adam, first_name="Adela", is_sales_admin=True, is_verified=False)

    ada.refresh_from_db()
    assert (ada.first_name, ada.is_sales_admin, ada.is_verified) == ("Adela", True, False)


@pytest.mark.parametrize("changes", [{"is_admin": True}, {"email": "adam+ada@example.com"}])
def test_admin_cannot_make_admins_or_redirect_an_account(ada, adam, changes):
    with pytest.raises(NotAllowed):
        update(ada, adam, **changes)
    ada.refresh_from_db()
    assert (ada.is_admin, ada.email) == (False, "ada@example.com")


def test_admin_who_sends_the_whole_row_back_changes_what_differs(ada, adam):
    update(ada, adam, is_admin=False, email=ada.email, first_name="Adela")

    ada.refresh_from_db()
    assert ada.first_name == "Adela"


def test_admin_has_no_power_over_admins(adam, sue):
    other = person("anna", is_admin=True)
    for target in (other, sue):
        for act in (
            lambda target=target: update(target, adam, first_name="x"),
            lambda target=target: services.block_user(user=target, by=adam),
            lambda target=target: services.trash_user(user=target, by=adam),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_super_admin_makes_admins_but_no_super_admins(ada, sue):
    update(ada, sue, is_admin=True, is_super_admin=True)

    ada.refresh_from_db()
    assert (ada.is_admin, ada.is_super_admin) == (True, False)


def test_new_address_is_unverified_and_both_addresses_hear_of_it(ada, mailed_token):
    services.request_password_reset(email=ada.email)
    old_token = mailed_token(ada.email)
    Mail.objects.all().delete()
    update(ada, ada, email="ada@elsewhere.example")

    ada.refresh_from_db()
    assert (ada.email, ada.is_verified) == ("ada@elsewhere.example", False)
    mails = set(Mail.objects.values_list("action", "recipient"))
    assert mails == {("email_changed", "ada@example.com"), ("verify_email", "ada@elsewhere.example")}
    with pytest.raises(Exception, match="User not found"):
        services.reset_password(token=old_token, password="another horse")
    services.verify_email(token=mailed_token(ada.email))
    ada.refresh_from_db()
    assert ada.is_verified


def test_new_address_cannot_be_taken_from_another(ada, eve):
    with pytest.raises(Conflict):
        update(ada, ada, email="EVE@example.com")


def test_address_in_another_case_stays_verified(ada):
    Mail.objects.all().delete()
    update(ada, ada, email="Ada@example.com")

    ada.refresh_from_db()
    assert (ada.email, ada.is_verified) == ("Ada@example.com", True)
    assert not Mail.objects.exists()


def test_verification_token_of_the_old_address_does_not_verify_the_new_one(db, mailed_token):
    user = services.register_user(email="ada@example.com", password=PASSWORD)
    token = mailed_token(user.email)
    update(user, user, email="ada@elsewhere.example")

    with pytest.raises(Exception, match="Invalid Token"):
        services.verify_email(token=token)


def test_blocking_by_update_logs_out_for_good(ada, sue):
    token = str(AccessToken.for_user(ada))
    update(ada, sue, is_blocked=True)
    assert status_with(token) == 401
    update(ada, sue, is_blocked=False)
    assert status_with(token) == 401


def test_nobody_blocks_themselves(sue):
    for act in (
        lambda: update(sue, sue, is_blocked=True),
        lambda: services.block_user(user=sue, by=sue),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_deleting_an_account_ends_its_sessions_and_tokens(ada, mailed_token):
    token = str(AccessToken.for_user(ada))
    services.request_password_reset(email=ada.email)
    services.trash_user(user=ada, by=ada)

    assert status_with(token) == 401
    assert not ada.one_time_tokens.exists()
    assert not User.objects.filter(pk=ada.pk).exists()
    assert User.with_trashed.filter(pk=ada.pk).exists()


def test_last_super_admin_stays(sue):
    with pytest.raises(Conflict):
        services.trash_user(user=sue, by=sue)
    person("sam", is_super_admin=True)
    services.trash_user(user=sue, by=sue)


def test_predicates_tell_people_apart(ada, eve, adam, sue):
    from django.contrib.auth.models import AnonymousUser

    unverified = person("uma", is_verified=False)
    blocked = person("bob", is_admin=True, is_super_admin=True, is_blocked=True)
    table = {
        AnonymousUser(): [],
        unverified: ["authenticated"],
        ada: ["authenticated", "verified"],
        adam: ["authenticated", "verified", "admin"],
        sue: ["authenticated", "verified", "admin", "super_admin"],
        blocked: [],
    }
    names = ["authenticated", "verified", "admin", "super_admin"]
    for user, expected in table.items():
        assert [n for n in names if getattr(rules, f"is_{n}").test(user)] == expected
    note = Notification(user=ada)
    assert rules.is_self.test(ada, ada)
    assert rules.is_self.test(ada, note)
    for user, obj in (
        (eve, ada),
        (eve, note),
        (ada, None),
        (AnonymousUser(), ada),
        (ada, object()),
        (blocked, blocked),
    ):
        assert not rules.is_self.test(user, obj)


@pytest.mark.parametrize("query", ["", "?permanent=true"])
def test_admin_cannot_delete_a_super_admin_over_http(client_of, adam, sue, query):
    assert client_of(adam).delete(f"/v1/users/{sue.pk}{query}").status_code == 403
    assert User.objects.filter(pk=sue.pk).exists()
