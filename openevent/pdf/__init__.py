"""Long tables as PDF, written page by page.

xhtml2pdf lays out what is short and looks good: tickets, invoices. It, and reportlab under it, keep all pages until
the last one is done; a table of 100,000 rows would take minutes, and memory by the number of its rows.
"""

from .table import write_table

__all__ = ["write_table"]
