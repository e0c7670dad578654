"""The text by which a record is found."""

from django.db import models


class SearchText(models.Model):
    """Names, codes and addresses of one record, normalised (检索文本). Its grams stand in an index of the database's
    own kind, see `registry.search`: an FTS5 table on SQLite, an array column under GIN on PostgreSQL."""

    id = models.BigIntegerField(primary_key=True)
    """`ref * 4` plus the number of the kind."""
    ref = models.BigIntegerField()
    text = models.TextField()
    objects = models.Manager["SearchText"]()
