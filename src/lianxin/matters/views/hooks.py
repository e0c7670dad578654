"""Addresses that other parts of matters may bear, empty where they do not."""

from django.urls import NoReverseMatch, reverse


def address(name: str, *args: object) -> str:
    """The address of a page of matters; empty where this installation does not have it."""
    try:
        return reverse(f"matters:{name}", args=args)
    except NoReverseMatch:
        return ""
