"""What can be bought, the codes that change its price or open it, and what is added to it."""

from .codes import AccessCode, DiscountCode
from .taxes import Tax, TicketFee
from .tickets import Ticket, TicketTag

__all__ = ["AccessCode", "DiscountCode", "Tax", "Ticket", "TicketFee", "TicketTag"]
