import pytest

import make
from browser_faults import is_wider_than_screen

pytestmark = pytest.mark.browser


@pytest.fixture
def officer(db):
    return make.account(("district_officer", make.area("福田区")))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_the_gallery_shows_every_component_without_a_fault(page_at, axe, shot, officer, width, language):
    page = page_at(width, "/dev/components/", account=officer, language=language)
    shot(page, f"gallery-{width}-{language}")
    assert axe(page) == []
    assert not is_wider_than_screen(page)
