"""Runs the migrations on the connection the program hands over; for development, on SALES_DB."""

import os

from alembic import context
from sqlalchemy import create_engine


def run(connection):
    context.configure(connection=connection, target_metadata=context.config.attributes.get("metadata"))
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(f"sqlite:///{os.environ['SALES_DB']}").begin() as made:
        run(made)
