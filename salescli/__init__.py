"""`sales`: the field salesperson's assistant on the command line."""

__version__ = "0.1.0"
