"""Mails about an event are read, and sent again, by who runs it."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from accounts.models import Mail
from events import services
from events.models import Role, Session, Speaker
from events.services.contact import contact_organizers
from events.services.sessions import mail_speakers
from orders.services import cancel_order
from tests.factories import client_of, make_cast, make_event, make_ticket, make_user, order_of, switch_modules

from .conftest import client_for, url


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    switch_modules()
    event = make_event(name="Fair")
    return SimpleNamespace(event=event, **vars(make_cast(event)))


def failed(subject: str, event_id: int | None) -> Mail:
    text = {"subject": subject, "message": "<p>Hi</p>"}
    return Mail.objects.create(recipient="a@example.org", action="test", state="failed", event_id=event_id, **text)


def test_mails_know_the_event_they_are_about(people: SimpleNamespace) -> None:
    event = people.event
    cancel_order(order_of(make_ticket(event), people.ada))
    session = Session.objects.create(event=event, title="Talk", state="accepted")
    session.speakers.add(Speaker.objects.create(event=event, name="Grace", email="grace@example.org"))
    mail_speakers(session=session)
    services.invite_to_role(event=event, role=Role.objects.get(name="organizer"), email="n@example.org", by=people.olga)
    contact_organizers(event=event, message="When?", by=people.eve)
    make_user("Nora", is_verified=False)

    about = set(Mail.objects.filter(event_id=event.pk).values_list("action", flat=True))
    others = set(Mail.objects.exclude(event_id=event.pk).values_list("action", flat=True))

    assert about == {"order_cancelled", "session_state_change", "role_invite", "event_contact"}
    assert others <= {"welcome", "verify_email"}


def test_organizers_see_and_resend_what_failed_of_their_event(people: SimpleNamespace) -> None:
    mine, foreign, personal = (
        failed("Mine", people.event.pk),
        failed("Foreign", make_event().pk),
        failed("Personal", None),
    )
    otto = client_for(people.otto)
    link = f"{url('changelist', Mail)}?event={people.event.pk}&state__exact=failed"

    home = otto.get(reverse("admin:index")).content.decode()
    assert "Fair: 1 mail could not be sent." in home
    assert link.replace("&", "&amp;") in home
    listed = otto.get(link)
    assert [mail.pk for mail in listed.context["cl"].queryset] == [mine.pk]
    assert "Fair" in otto.get(url("change", Mail, mine.pk)).content.decode()
    chosen = {"action": "send_again", "select_across": "1", "_selected_action": ["0"]}
    assert "Done for 1 row." in otto.post(url("changelist", Mail), chosen, follow=True).content.decode()
    assert dict(Mail.objects.values_list("subject", "state")) == {
        "Mine": "queued",
        "Foreign": "failed",
        "Personal": "failed",
    }
    for mail in (foreign, personal):
        assert otto.get(url("change", Mail, mail.pk)).status_code == 404
        assert otto.post(url("do", Mail, mail.pk, "send_again")).status_code == 404
        assert client_of(people.otto).get(f"/v1/mails/{mail.pk}").status_code == 404
    assert client_of(people.otto).get("/v1/mails").status_code == 403


def test_registrars_read_no_mails_and_administrators_are_told_of_all_together(people: SimpleNamespace) -> None:
    mail = failed("Mine", people.event.pk)
    rita = client_for(people.rita)

    assert rita.get(url("changelist", Mail)).status_code == 403
    assert rita.get(url("change", Mail, mail.pk)).status_code in (403, 404)
    assert "could not be sent" not in rita.get(reverse("admin:index")).content.decode()
    assert "1 mail could not be sent." in client_for(people.sue).get(reverse("admin:index")).content.decode()


def test_tokens_of_invitations_are_not_shown_to_the_team(people: SimpleNamespace) -> None:
    role = Role.objects.get(name="organizer")
    invite = services.invite_to_role(event=people.event, role=role, email="n@example.org", by=people.olga)
    mail = Mail.objects.get(action="role_invite")

    page = client_for(people.otto).get(url("change", Mail, mail.pk)).content.decode()

    assert "[one-time-token]" in page
    assert invite.hash not in page
    assert mail.nonce not in page
    assert invite.hash not in client_of(people.otto).get(f"/v1/mails/{mail.pk}").content.decode()
