"""What orders tell the apps above. Sent after commit; receivers queue, they do not work."""

from django.dispatch import Signal

# sender: Order; order: Order. The order became completed: its seats are sold, tickets are to be issued.
order_completed = Signal()
# sender: Order; order: Order. An order that was paid was cancelled or deleted: its money is to be given back.
order_refund_due = Signal()
