"""The week, the reports, and the state of the data file."""
