"""What is not worth keeping in a backup."""

MODELS = ()
TABLES = ("shared_cache",)


def rebuild() -> None:
    """A cache fills itself."""
