"""Visits: logged, planned, read from typed lines, summed up by week."""
