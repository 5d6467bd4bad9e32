"""Products, deals, quotations and orders."""
