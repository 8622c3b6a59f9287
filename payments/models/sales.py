"""The site's bills as administrators read the sales by them."""

from orders.models.sales import SalesQuerySet

from .invoices import EventInvoice


class InvoiceSales(EventInvoice):
    """`admin-sales-invoices`."""

    objects = SalesQuerySet.as_living_manager()

    class Meta:
        proxy = True
        ordering = ["pk"]
