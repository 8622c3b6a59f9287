"""The second factor: a code of six digits from an app, asked after the password.

Who has set it up is asked for it at each login; settings.REQUIRE_TWO_FACTOR makes super admins set it up. The session
remembers ``given`` or ``pending``; nothing but the back office makes sessions.
"""

import io
from typing import Any

import qrcode
import qrcode.image.svg
from django import forms
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from rest_framework.exceptions import Throttled

from openevent import desks
from openevent.api.throttling import give_back, take

from .forms import PageForm

STATE = "second_factor"
GIVEN, PENDING = "given", "pending"
RECOVERY_CODES = 10


class CodeForm(PageForm):
    """Six digits, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": "", "inputmode": "text"}),
    )

    def clean_code(self) -> str:
        """Without the spaces that apps show."""
        return "".join(self.cleaned_data["code"].split())


@receiver(user_logged_in, dispatch_uid="openevent.admin.two_factor")
def ask_for_second_factor(request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """Somebody who has set it up gives it at each login."""
    if request is not None and device_of(user) is not None:
        request.session[STATE] = PENDING


def device_of(user: Any) -> TOTPDevice | None:
    """The app that somebody has set up."""
    return TOTPDevice.objects.filter(user=user.pk, confirmed=True).first()


def is_demanded(user: Any) -> bool:
    """Whether this person must have a second factor."""
    return bool(settings.REQUIRE_TWO_FACTOR and user.is_super_admin)


def is_given(request: HttpRequest) -> bool:
    """Whether nothing is missing: given, or not asked for. Who works as somebody else has given his own."""
    if getattr(request.user, "is_hijacked", False):
        return True
    state = request.session.get(STATE)
    return state == GIVEN or (state is None and not is_demanded(request.user))


def two_factor_view(site: Any, request: HttpRequest) -> HttpResponse:
    """Ask for the code; or set the app up; or, where both is done, say how it stands."""
    if not desks.may_enter(request.user) or getattr(request.user, "is_hijacked", False):
        return HttpResponseRedirect(reverse(f"{site.name}:login"))
    device = device_of(request.user)
    if device is None:
        return _set_up(site, request)
    if request.session.get(STATE) != GIVEN:
        return _ask(site, request, device)
    return _manage(site, request, device)


def _ask(site: Any, request: HttpRequest, device: TOTPDevice) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if form.is_valid() and _is_right(request, device, form):
        return _enter(site, request)
    return _page(site, request, "ask", _("Two-factor login"), form=form)


def _set_up(site: Any, request: HttpRequest) -> HttpResponse:
    device, _new = TOTPDevice.objects.get_or_create(user_id=request.user.pk, confirmed=False, defaults={"name": "app"})
    form = CodeForm(request.POST or None)
    if form.is_valid() and _is_right(request, device, form):
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        request.session[STATE] = GIVEN
        return _page(site, request, "codes", _("Recovery codes"), codes=_new_recovery_codes(request.user))
    secret = device.config_url.partition("secret=")[2].partition("&")[0]
    context = {"picture": _qr_code(device.config_url), "secret": secret, "is_demanded": is_demanded(request.user)}
    return _page(site, request, "set_up", _("Set up two-factor login"), form=form, **context)


def _manage(site: Any, request: HttpRequest, device: TOTPDevice) -> HttpResponse:
    form = CodeForm(request.POST or None)
    if form.is_valid() and _is_right(request, device, form):
        if "codes" in request.POST:
            return _page(site, request, "codes", _("Recovery codes"), codes=_new_recovery_codes(request.user))
        if "off" in request.POST and not is_demanded(request.user):
            TOTPDevice.objects.filter(user_id=request.user.pk).delete()
            StaticDevice.objects.filter(user_id=request.user.pk).delete()
            request.session.pop(STATE, None)
            return HttpResponseRedirect(reverse(f"{site.name}:two_factor"))
    context = {"is_demanded": is_demanded(request.user)}
    return _page(site, request, "manage", _("Two-factor login"), form=form, **context)


def _is_right(request: HttpRequest, device: TOTPDevice, form: CodeForm) -> bool:
    """Whether the code is the app's, or an unused recovery code. Only failures count against the limits."""
    who = str(request.user.pk)
    try:
        take("password", f"two-factor {who}")
    except Throttled as error:
        form.add_error("code", str(error.detail))
        return False
    code = form.cleaned_data["code"]
    is_of_app = len(code) == device.digits and code.isdecimal()
    if device.verify_token(code) if is_of_app else device.confirmed and _is_recovery_code(request.user, code):
        give_back("password", f"two-factor {who}")
        return True
    form.add_error("code", _("The code is not right, or was used before. Wait for the next one."))
    return False


def _is_recovery_code(user: Any, code: str) -> bool:
    recovery = StaticDevice.objects.filter(user_id=user.pk, confirmed=True).first()
    return recovery is not None and bool(recovery.verify_token(code.lower()))


def _enter(site: Any, request: HttpRequest) -> HttpResponse:
    request.session.cycle_key()
    request.session[STATE] = GIVEN
    there = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(there, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(there if is_ours else reverse(f"{site.name}:index"))


def _new_recovery_codes(user: Any) -> list[str]:
    StaticDevice.objects.filter(user_id=user.pk).delete()
    device = StaticDevice.objects.create(user_id=user.pk, name="recovery", confirmed=True)
    codes = [StaticToken.random_token() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def _qr_code(text: str) -> str:
    picture = qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, box_size=12)
    output = io.BytesIO()
    picture.save(output)
    svg = output.getvalue().decode().partition("?>")[2] or output.getvalue().decode()
    return mark_safe(svg)  # noqa: S308  (drawn here, of squares)


def _page(site: Any, request: HttpRequest, step: str, title: Any, **context: Any) -> HttpResponse:
    frame = {**site.each_context(request), "title": title, "step": step, **context}
    response = TemplateResponse(request, "admin/two_factor.html", frame)
    response["Cache-Control"] = "no-store"
    return response
