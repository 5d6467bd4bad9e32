"""Clients, their contacts and how often they are to be seen."""
