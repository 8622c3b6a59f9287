"""What can be bought, and the codes that change its price or open it."""

from .codes import AccessCode, DiscountCode
from .tickets import Ticket, TicketTag

__all__ = ["AccessCode", "DiscountCode", "Ticket", "TicketTag"]
