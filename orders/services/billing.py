"""The fields of an order that its buyer fills in."""

BILLING_FIELDS = frozenset(
    {
        "company",
        "address",
        "city",
        "state",
        "country",
        "zipcode",
        "tax_business_info",
        "is_billing_enabled",
        "order_notes",
    }
)
