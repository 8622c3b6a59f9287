"""manage.py verify_stock: do the counters of tickets and codes say what the orders say?"""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from orders.bookkeeping import differences


class Command(BaseCommand):
    help = "Count what is sold, held and used anew from the orders; say what differs, and exit with 1 if anything does."

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at one moment, though people buy meanwhile."""
        is_outermost = not connection.in_atomic_block
        with transaction.atomic():
            if is_outermost:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            found = list(differences())
        for difference in found:
            self.stdout.write(str(difference))
        if found:
            sys.exit(1)
        self.stdout.write("Stock is right: every counter says what the orders say.")
