"""What docker/ promises, as far as it can be said without a container engine."""

import subprocess
import sys

import yaml
from django.conf import settings

from tests.openevent.test_settings import read

DOCKER = settings.BASE_DIR / "docker"
FILLED_IN = {
    "SITE_URL": "https://tickets.example.com",
    "FRONTEND_URL": "https://www.example.com",
    "ALLOWED_HOSTS": "tickets.example.com",
    "EMAIL_URL": "smtp://mail",
}


def compose() -> dict:
    return yaml.safe_load((DOCKER / "compose.yml").read_text())


def make_secrets(folder) -> dict[str, str]:
    subprocess.run([sys.executable, DOCKER / "make-secrets", folder], check=True)
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_secrets_are_made_once(tmp_path):
    first = make_secrets(tmp_path)
    assert set(first) == {"admin_password", "database_password", "database_url", "payment_secrets_key", "secret_key"}
    assert make_secrets(tmp_path) == first


def test_settings_accept_what_compose_gives_them(tmp_path):
    made = make_secrets(tmp_path)
    environment = {
        name: FILLED_IN.get(name, "") if str(value).startswith("${") else str(value).replace("/secrets", str(tmp_path))
        for name, value in compose()["services"]["web"]["environment"].items()
    }
    environment |= {"WEB_WORKERS": "2", "METRICS": "0"}
    found = read("SECRET_KEY", "DATABASES", "IS_PRODUCTION", **environment)
    assert found["IS_PRODUCTION"] is True
    assert found["SECRET_KEY"] == made["secret_key"]
    assert found["DATABASES"]["default"]["PASSWORD"] == made["database_password"]
    assert found["DATABASES"]["default"]["HOST"] == "database"


def test_nothing_starts_before_the_tables_are_there():
    services = compose()["services"]
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}
    assert services["prepare"]["depends_on"]["database"] == {"condition": "service_healthy"}
    assert services["database"]["depends_on"]["secrets"] == {"condition": "service_completed_successfully"}


def test_database_and_broker_are_not_reachable_from_outside():
    described = compose()
    assert described["networks"]["inside"]["internal"] is True
    for name in ("database", "broker"):
        assert described["services"][name]["networks"] == ["inside"]
        assert "ports" not in described["services"][name]


def test_image_runs_as_an_ordinary_user_with_the_pinned_packages():
    lines = (DOCKER / "Dockerfile").read_text()
    assert "USER openevent" in lines
    assert "requirements/prod.txt" in lines
