"""All URLs: the API's are derived from the registry, the rest stands here."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import autodiscover_modules

from accounts.auth.forms import PasswordForm, ThrottledLoginForm
from openevent import about, media, policy
from openevent.api.schema.serving import DocsView, schema
from openevent.api.urls import urlpatterns as api_urlpatterns
from openevent.routing import indexed

handler400 = "openevent.api.errors.bad_request"
handler404 = "openevent.api.errors.not_found"
handler500 = "openevent.api.errors.server_error"

autodiscover_modules("api")
policy.install()
admin.site.login_form = ThrottledLoginForm
admin.site.password_change_form = PasswordForm

routes: list[URLPattern | URLResolver] = [
    path("", include("accounts.urls")),
    path("", include("events.urls")),
    path("", include("ticketing.urls")),
    path("", include("orders.urls")),
    path("", include("payments.urls")),
    *api_urlpatterns(),
    *about.urlpatterns,
    path(f"{settings.MEDIA_URL.strip('/')}/<path:name>", media.serve, name="media"),
    path("admin/hijack/", include("hijack.urls")),
    path("admin/", admin.site.urls),
    path("api/schema", schema, name="api-schema"),
    path("api/docs", DocsView.as_view(), name="api-docs"),
]
urlpatterns = indexed(routes)
