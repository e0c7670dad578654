"""What can be wrong with a page that no checker of accessibility sees."""

from playwright.sync_api import Page


def is_wider_than_screen(page: Page) -> bool:
    """Whether the page must be pushed sideways to be read."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"))
