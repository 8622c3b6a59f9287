"""What the hourly task removes, and what it leaves."""

from datetime import timedelta

from django.utils import timezone
from freezegun import freeze_time
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken

from accounts import services, tasks
from accounts.auth.jwt import AccessToken
from accounts.models import Mail, OneTimeToken


def test_what_nobody_can_use_any_more_is_removed(ada, eve):
    services.request_password_reset(email=ada.email)
    services.request_password_reset(email="nobody@example.com")
    AccessToken.for_user(ada).revoke()
    later = timezone.now() + timedelta(minutes=30)
    with freeze_time(later):
        tasks.clear_expired_tokens_task()
    assert (OneTimeToken.objects.count(), BlacklistedToken.objects.count()) == (2, 1)
    assert Mail.objects.filter(state="decoy").count() == 1

    with freeze_time(later + timedelta(days=2)):
        services.request_password_reset(email=eve.email)
        tasks.clear_expired_tokens_task()
    assert [token.user for token in OneTimeToken.objects.all()] == [eve]
    assert not BlacklistedToken.objects.exists()
    assert not Mail.objects.filter(state="decoy").exists()
    assert Mail.objects.filter(action="reset_password").count() == 2
