"""People and the site in the back office."""

from . import log, messages, site, users

__all__ = ["log", "messages", "site", "users"]
