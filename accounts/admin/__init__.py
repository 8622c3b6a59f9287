"""People and the site in the back office."""

from . import exporting, home, log, messages, site, users

__all__ = ["exporting", "home", "log", "messages", "site", "users"]
