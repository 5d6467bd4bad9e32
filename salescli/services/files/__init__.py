"""Records from and to files, row by row."""
