"""Targets, from the year down to the day, and what has been reached of them."""
