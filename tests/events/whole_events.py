"""Everything that an event consists of as far as the zip has it, as values that two events can share.

Each column of these models is compared, except those of ``LEFT_OUT``: a new column is compared at once, and fails the
round trip until the zip has it or a reason stands here.
"""

from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Model

from events.exports.archive import GENERATED
from events.models import (
    CustomForm,
    CustomFormOption,
    CustomFormTranslate,
    Event,
    EventCopyright,
    Microlocation,
    Session,
    SessionType,
    SocialLink,
    Speaker,
    SpeakersCall,
    Sponsor,
    Track,
)
from openevent.media import name_of

OF_EVENT = (
    *(Track, Microlocation, SessionType, Speaker, Session, Sponsor, SocialLink, EventCopyright, SpeakersCall),
    CustomForm,
)
OF_FORMS = (CustomFormOption, CustomFormTranslate)
OWN = "the new row's own"
ACCOUNTS = "belongs to people or accounts of the site it comes from"
SITE = "is for the administrators of a site to say"
TRASH = "what is in the trash is not exported"
LEFT_OUT: dict[type[Model], dict[str, str]] = {
    Event: {
        **dict.fromkeys(["id", "identifier", "created_at", "ical_url", "xcal_url", "pentabarf_url"], OWN),
        **dict.fromkeys(["is_announced", "is_demoted", "is_featured", "is_promoted", "event_location"], SITE),
        **dict.fromkeys(["group", "chat_room_name", "paypal_email"], ACCOUNTS),
        **{f"can_pay_by_{name}": ACCOUNTS for name in ("alipay", "omise", "paypal", "paytm", "stripe")},
        "state": "an event that is imported is a draft",
        "deleted_at": TRASH,
    },
    Session: {"creator": ACCOUNTS, "last_modified_at": OWN},
    Speaker: {"user": ACCOUNTS},
    Microlocation: {"video_stream": ACCOUNTS, "chat_room_name": ACCOUNTS},
    SpeakersCall: {"hash": "is the secret address of a call"},
}


def whole(event: Event) -> dict[str, Any]:
    """All rows of the event by their models, in order, related rows by their places."""
    rows: dict[type[Model], list[Any]] = {Event: [event]}
    for model in OF_EVENT:
        rows[model] = list(model._default_manager.filter(event=event).order_by("pk"))
    for model in OF_FORMS:
        rows[model] = list(model._default_manager.filter(custom_form__event=event).order_by("pk"))
    places = {row: place for found in rows.values() for place, row in enumerate(found)}
    return {model.__name__: [_columns(row, places) for row in found] for model, found in rows.items()}


def _columns(row: Any, places: dict[Any, int]) -> dict[str, Any]:
    left_out = {"id", "event", "deleted_at"} if not isinstance(row, Event) else set()
    left_out |= LEFT_OUT.get(type(row), {}).keys()
    found = {
        field.name: _value(getattr(row, field.name), places)
        for field in row._meta.concrete_fields
        if field.name not in left_out
    }
    for field in row._meta.many_to_many:
        found[field.name] = [_value(other, places) for other in getattr(row, field.name).order_by("pk")]
    return found


def _value(value: Any, places: dict[Any, int]) -> Any:
    if isinstance(value, Model):
        return places.get(value, str(value))
    name = name_of(value) if isinstance(value, str) else None
    if name is None:
        return None if value == "" else value  # JSON has no two kinds of nothing here
    if name.startswith(GENERATED):
        return None  # sizes of a picture are made anew
    with default_storage.open(name, "rb") as file:
        return name.rpartition(".")[2], file.read()
