"""How money moves. The rows of charges, refunds and invoices come with the payments issue."""
