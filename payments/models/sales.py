"""The site's bills as administrators read the sales by them."""

from openevent.models import ListedProxy
from orders.models.sales import SalesQuerySet

from .invoices import EventInvoice


class InvoiceSales(EventInvoice):
    """`admin-sales-invoices`."""

    objects = SalesQuerySet.as_living_manager()
    Meta = ListedProxy
