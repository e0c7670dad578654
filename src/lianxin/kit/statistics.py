"""What the database's planner knows of the tables."""

from django.db import connection


def refresh() -> None:
    """Count the tables anew after much was written at once. PostgreSQL would do so by itself, but only minutes later.

    SQLite is left alone: without counts it takes the indexes in the order that our queries were written for.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
