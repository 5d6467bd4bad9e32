"""What our workbooks are made of: looks, lines placed on pages, tables, charts, the page itself and its file."""
