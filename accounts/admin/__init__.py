"""People and the site in the back office."""

from . import home, log, messages, site, users

__all__ = ["home", "log", "messages", "site", "users"]
