"""What is added to a price: the event's tax, and the fee of the site."""

from decimal import ROUND_HALF_UP, Decimal

from events.models import Event
from openevent import api
from openevent.api.serializers import NumberField, ResourceSerializer
from openevent.api.viewsets import ResourceViewSet

from ..models import Tax, TicketFee

PRIVATE = [
    "address",
    "city",
    "state",
    "zip",
    "phone",
    "email",
    "contact_name",
    "registered_company",
    "invoice_footer",
    "is_invoice_sent",
]


class RateField(NumberField):
    """A percentage with as many digits as a client likes; it is kept to four decimals."""

    def validate_precision(self, value: Decimal) -> Decimal:
        """Rounded, not refused."""
        if value.adjusted() > self.max_digits:
            self.fail("max_whole_digits", max_whole_digits=self.max_whole_digits)
        step = Decimal(1).scaleb(-self.decimal_places)
        return super().validate_precision(value.quantize(step, rounding=ROUND_HALF_UP))


class TaxSerializer(ResourceSerializer):
    """Buyers see what is taxed; who sends the invoice is the team's."""

    rate = RateField(max_digits=7, decimal_places=4, min_value=0, max_value=100, required=False, allow_null=True)

    class Meta:
        model = Tax
        type = "tax"
        fields = [
            "name",
            "rate",
            "tax_id",
            "country",
            *PRIVATE,
            "is_tax_included_in_price",
            "should_send_invoice",
            "deleted_at",
        ]
        read_only_fields = ["deleted_at"]
        relations = ["event"]
        restricted = dict.fromkeys(PRIVATE, "ticketing.view_private_tax")


@api.resource
class TaxViewSet(ResourceViewSet):
    serializer_class = TaxSerializer
    path = "taxes"
    aliases = ("tax",)


class TicketFeeSerializer(ResourceSerializer):
    class Meta:
        model = TicketFee
        type = "ticket-fee"
        integer_id = True
        fields = ["currency", "country", "service_fee", "maximum_fee"]


@api.resource
class TicketFeeViewSet(ResourceViewSet):
    serializer_class = TicketFeeSerializer
    list_needs = {None: "ticketing.list_ticketfee"}
    needs_login = True


api.nest(Event, Tax, "tax", lookup="event", many=False)
