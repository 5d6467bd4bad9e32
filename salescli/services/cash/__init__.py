"""What clients owe and pay: receivables, receipts, refunds, invoices, credit."""
