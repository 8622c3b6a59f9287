"""Events, their programme and their teams in the back office."""

from . import event, home, people, programme, words
from .parts import OfEventAdmin

__all__ = ["OfEventAdmin", "event", "home", "people", "programme", "words"]
