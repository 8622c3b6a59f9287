"""Files in the storage that settings choose."""

import base64
import io
import urllib.request
from collections.abc import Iterator

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import override_settings
from moto.server import ThreadedMotoServer
from PIL import Image

from openevent.media import file_response
from tests.factories import client_of, make_event, make_user
from tests.openevent.test_settings import read


@pytest.fixture
def s3(monkeypatch) -> Iterator[str]:
    """The address of an S3 server with the bucket "tickets"."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=url, **keys).create_bucket(Bucket="tickets")
    yield url
    server.stop()


def chosen_storages(s3):
    names = {"S3_BUCKET": "tickets", "S3_REGION": "us-east-1", "S3_ACCESS_KEY": "key", "S3_SECRET_KEY": "secret"}
    return read("STORAGES", STORAGE="s3", S3_ENDPOINT_URL=s3, **names)["STORAGES"]


@pytest.mark.django_db
def test_pictures_and_their_sizes_lie_in_the_bucket(s3, work_off_queue, django_capture_on_commit_callbacks):
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(out, format="PNG")
    data = f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
    with override_settings(STORAGES=chosen_storages(s3)):
        client = client_of(make_user("Ada"))
        url = client.post("/v1/upload/image", {"data": data}, format="json").json()["url"]
        event = make_event()
        event.original_image_url = url
        with django_capture_on_commit_callbacks(execute=True):
            event.save()
        work_off_queue()
        event.refresh_from_db()
        for address, size in ((url, (300, 200)), (event.icon_image_url, (45, 30))):
            sent_to = client.get(address.removeprefix("http://localhost:8000"))
            assert sent_to.status_code == 302
            with urllib.request.urlopen(sent_to["Location"]) as answer:
                assert Image.open(io.BytesIO(answer.read())).size == size


def test_files_go_to_any_s3_server_by_settings(s3):
    with override_settings(STORAGES=chosen_storages(s3)):
        storage = storages["default"]
        first = storage.save("tickets/one.pdf", ContentFile(b"%PDF-1.7"))
        second = storage.save("tickets/one.pdf", ContentFile(b"%PDF-1.7 another"))
        assert first != second
        with storage.open(first) as file:
            assert file.read() == b"%PDF-1.7"
        with urllib.request.urlopen(storage.url(first)) as answer:
            assert answer.read() == b"%PDF-1.7"
        sent_to = file_response(first, "application/pdf", save_as="tickets.pdf")  # the bucket serves it
        with urllib.request.urlopen(sent_to["Location"]) as answer:
            assert answer.read() == b"%PDF-1.7"
            assert answer.headers["Content-Type"] == "application/pdf"
        storage.delete(first)
        assert not storage.exists(first)
