"""All URLs: the API's are derived from the registry, the rest stands here."""

from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import autodiscover_modules

from openevent import policy
from openevent.api.urls import urlpatterns as api_urlpatterns

autodiscover_modules("api")
policy.install()

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("accounts.urls")),
    path("", include("events.urls")),
    *api_urlpatterns(),
]
