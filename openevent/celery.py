"""The Celery application: settings.py configures it, the apps' tasks modules fill it."""

import os

from celery import Celery
from celery.signals import celeryd_init, setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openevent.settings")

# Seconds a worker waits on its socket. It asks for messages with a blocking call of one second, so
# the short time that protects requests would make it reconnect all the time.
WORKER_SOCKET_TIMEOUT = 10.0

app = Celery("openevent")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
def wait_longer_in_workers(**kwargs: object) -> None:
    app.conf.broker_transport_options = {
        **app.conf.broker_transport_options,
        "socket_timeout": WORKER_SOCKET_TIMEOUT,
        "socket_connect_timeout": WORKER_SOCKET_TIMEOUT,
    }


@setup_logging.connect
def keep_our_logging(**kwargs: object) -> None:
    """Celery configures logging unless somebody listens here; LOGGING in settings is what we want."""
