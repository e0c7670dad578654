"""What the registry can make anew from its other tables: a backup leaves it out, a restore rebuilds it."""

from .models.body import Body
from .models.organisation import Organisation
from .models.person import Person
from .search import index

MODELS = ("registry.searchtext",)
TABLES = ("registry_searchgrams",)


def rebuild() -> None:
    """Index every record for search."""
    for kind, model in (("organisation", Organisation), ("body", Body), ("person", Person)):
        index(kind, model.objects.order_by("pk").values_list("pk", flat=True).iterator())
