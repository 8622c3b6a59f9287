"""Files in the storage that settings choose."""

import urllib.request
from collections.abc import Iterator

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import override_settings
from moto.server import ThreadedMotoServer

from openevent.media import file_response
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


def test_files_go_to_any_s3_server_by_settings(s3):
    chosen = read(
        "STORAGES",
        STORAGE="s3",
        S3_BUCKET="tickets",
        S3_ENDPOINT_URL=s3,
        S3_REGION="us-east-1",
        S3_ACCESS_KEY="key",
        S3_SECRET_KEY="secret",
    )
    with override_settings(STORAGES=chosen["STORAGES"]):
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
