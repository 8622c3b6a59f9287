"""Sizes of pictures: made by a worker when a row gets one, found when that was missed."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from accounts.models import SpeakerImageSize, User
from accounts.tasks import resize_missed_pictures_task
from events.models import Event, Exhibitor, Group, Speaker
from openevent.media import name_of
from tests.factories import make_event, make_row

from .pictures import opened, picture


@pytest.fixture
def save(django_capture_on_commit_callbacks: Any, work_off_queue: Any) -> Callable[..., Any]:
    """Save a row with changes, let the workers work, and read it again."""

    def change(row: Any, **changes: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            for name, value in changes.items():
                setattr(row, name, value)
            row.save()
        work_off_queue()
        return type(row)._base_manager.get(pk=row.pk)

    return change


def test_sizes_of_an_event_follow_its_picture(send: Any, save: Any) -> None:
    red, wide = send(picture(size=(2600, 1000))).json()["url"], send(picture("JPEG", (1000, 100))).json()["url"]
    event = save(make_event(), original_image_url=red)
    sizes = {name: getattr(event, f"{name}_image_url") for name in ("large", "thumbnail", "icon")}
    assert {name: opened(url).size for name, url in sizes.items()} == {
        "large": (1300, 500),
        "thumbnail": (500, 192),
        "icon": (75, 29),
    }
    event = save(event, name="Another name")
    assert event.large_image_url == sizes["large"]
    event = save(event, original_image_url=wide)
    assert event.large_image_url not in (None, sizes["large"])
    assert opened(event.large_image_url).size == (1000, 100)  # never larger than it is
    event = save(event, original_image_url="https://example.org/elsewhere.png")
    assert (event.large_image_url, event.thumbnail_image_url, event.icon_image_url) == (None, None, None)


def test_sizes_of_a_deep_picture_are_as_bright_as_it(send: Any, save: Any) -> None:
    grey = Image.new("I;16", (100, 100), 30_000)  # of 65,535
    out = io.BytesIO()
    grey.save(out, format="PNG")
    event = save(make_event(), original_image_url=send(out.getvalue()).json()["url"])
    assert opened(event.icon_image_url).convert("L").getpixel((5, 5)) == pytest.approx(30_000 / 256, abs=2)


def test_portraits_are_square_and_as_large_as_the_site_wants(send: Any, save: Any) -> None:
    SpeakerImageSize.objects.update_or_create(pk=1, defaults={"small_size_width_height": 20})
    see_through = send(picture("PNG", (600, 300), mode="RGBA")).json()["url"]
    speaker = make_row(Speaker, {Event: make_event()}, user=None, photo_url=None)
    given = "https://example.org/icon.png"
    speaker = save(speaker, photo_url=see_through, icon_image_url=given)
    assert opened(speaker.small_image_url).size == (20, 20)
    assert opened(speaker.thumbnail_image_url).size == (300, 300)
    assert speaker.thumbnail_image_url.endswith(".png")
    assert speaker.icon_image_url == given  # somebody's own


def test_avatar_is_original_and_sizes(send: Any, save: Any, ada: User) -> None:
    url = send(picture()).json()["url"]
    user = save(ada, avatar_url=url)
    assert user.original_image_url == url
    assert opened(user.icon_image_url).size == (35, 35)
    user = save(user, avatar_url=None)
    assert (user.original_image_url, user.icon_image_url, user.thumbnail_image_url) == (None, None, None)


def test_banners_have_thumbnails(send: Any, save: Any, ada: User) -> None:
    url = send(picture()).json()["url"]
    group = save(make_row(Group, {}, user=ada, banner_url=None), banner_url=url)
    booth = save(make_row(Exhibitor, {Event: make_event()}, thumbnail_image_url=None), banner_url=url)
    assert group.thumbnail_image_url == booth.thumbnail_image_url
    assert opened(booth.thumbnail_image_url).size == (60, 40)


def test_missed_pictures_are_found_and_bad_ones_asked_for_once(send: Any, work_off_queue: Any) -> None:
    good, bad = send(picture()).json()["url"], send(picture()).json()["url"]
    default_storage.delete(name_of(bad) or "")
    first, second = make_event(), make_event()
    Event.objects.filter(pk=first.pk).update(original_image_url=good)  # in bulk: nobody hears of it
    Event.objects.filter(pk=second.pk).update(original_image_url=bad)
    resize_missed_pictures_task()
    work_off_queue()
    first.refresh_from_db()
    second.refresh_from_db()
    assert opened(first.icon_image_url or "").size == (45, 30)
    assert second.large_image_url == bad  # better than nothing
    resize_missed_pictures_task()
    assert work_off_queue() == []
