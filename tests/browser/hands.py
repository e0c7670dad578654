"""What a person does on a page, the same in every test: tap, fill in, look whether it fits."""

from playwright.sync_api import Locator, Page


def press(page: Page, name: str) -> None:
    """Tap what is called so, a button or a link, and wait for the page it leads to."""
    main = page.locator("main")
    tap(page, main.get_by_role("button", name=name, exact=True).or_(main.get_by_role("link", name=name, exact=True)))


def tap(page: Page, what: Locator) -> None:
    """Tap the first of these and wait for its page, so that the page left behind is never read for the new one."""
    with page.expect_navigation():
        what.first.click()


def fill(page: Page, **given: str) -> None:
    for name, value in given.items():
        field = page.locator(f"main [name={name}]")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def fits(page: Page) -> bool:
    """Nothing hangs over the right edge."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"))
