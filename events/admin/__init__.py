"""Events, their programme and their teams in the back office."""

from . import content, event, home, people, programme, words
from .parts import OfEventAdmin

__all__ = ["OfEventAdmin", "content", "event", "home", "people", "programme", "words"]
