"""Events, their programme and their teams in the back office."""

from . import event, people, programme, words
from .parts import OfEventAdmin

__all__ = ["OfEventAdmin", "event", "people", "programme", "words"]
