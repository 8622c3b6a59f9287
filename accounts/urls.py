"""The plain routes of accounts, with and without a slash at the end. They stand before the derived ones."""

from django.urls import path, re_path

from .api.addresses import AdminListView
from .api.jobs import DownloadView, TaskView
from .api.site_actions import urlpatterns as site_actions
from .api.uploads import FileUploadView, ImageUploadView
from .auth import addresses, oauth, passwords, sessions

urlpatterns = [
    *site_actions,
    re_path(r"^auth/session/?$", sessions.LoginView.as_view(), name="session"),
    re_path(r"^v1/auth/login/?$", sessions.LoginView.as_view(), name="login"),
    re_path(r"^v1/auth/fresh-login/?$", sessions.FreshLoginView.as_view(), name="fresh-login"),
    re_path(r"^v1/auth/token/refresh/?$", sessions.RefreshView.as_view(), name="token-refresh"),
    path("v1/auth/oauth/<str:provider>", oauth.StartView.as_view(), name="oauth-start"),
    path("v1/auth/oauth/token/<str:provider>", oauth.TokenView.as_view(), name="oauth-token"),
    path("v1/auth/oauth/login/<str:provider>", oauth.OAuthLoginView.as_view(), name="oauth-login"),
    re_path(r"^v1/auth/logout/?$", sessions.LogoutView.as_view(), name="logout"),
    re_path(r"^v1/auth/blacklist/?$", sessions.BlacklistView.as_view(), name="blacklist"),
    re_path(r"^v1/auth/verify-password/?$", passwords.VerifyPasswordView.as_view(), name="verify-password"),
    re_path(r"^v1/auth/change-password/?$", passwords.ChangePasswordView.as_view(), name="change-password"),
    re_path(r"^v1/auth/reset-password/?$", passwords.ResetPasswordView.as_view(), name="reset-password"),
    re_path(r"^v1/auth/verify-email/?$", addresses.VerifyEmailView.as_view(), name="verify-email"),
    re_path(
        r"^v1/auth/resend-verification-email/?$",
        addresses.ResendVerificationView.as_view(),
        name="resend-verification-email",
    ),
    re_path(r"^v1/users/(?:check_email|checkEmail)/?$", addresses.CheckEmailView.as_view(), name="check-email"),
    re_path(r"^v1/users/user-details/get-user-id/?$", addresses.UserIdView.as_view(), name="get-user-id"),
    path("v1/upload/image", ImageUploadView.as_view(), name="upload-image"),
    path("v1/upload/files", FileUploadView.as_view(), name="upload-files"),
    path("v1/tasks/<str:task>", TaskView.as_view(), name="task"),
    path("v1/downloads/<str:token>/<str:name>", DownloadView.as_view(), name="download"),
    path("v1/admin/user-emails", AdminListView, name="user-email-admin-list"),
]
