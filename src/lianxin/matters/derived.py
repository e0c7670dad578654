"""What matters can make anew from their own tables: they are found by words that the registry's index holds."""

from itertools import islice

from lianxin.registry import search

from .models.core import OPEN_LEVELS, Matter

MODELS = ()
TABLES = ()
BATCH = 5000


def rebuild() -> None:
    """Index every matter that officers may read by their scope; shut ones are in no index."""
    readable = Matter.objects.filter(level__in=OPEN_LEVELS).order_by("pk")
    rows = readable.values_list("pk", "number", "words__text", "words__place").iterator(BATCH)
    while batch := list(islice(rows, BATCH)):
        search.write_texts("matter", [(pk, search.texts_of("matter", *map(str, texts))) for pk, *texts in batch])
