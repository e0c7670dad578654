"""Every page that can be reached by a link, in English, wide and narrow: no serious fault, nothing cut off."""

import pytest

from page_walk import everything, faults_of_every_page  # noqa: F401

pytestmark = pytest.mark.browser


def test_no_page_has_a_serious_fault(page_at, axe, shot, live_server, everything):  # noqa: F811
    faults = faults_of_every_page(page_at, axe, shot, live_server, everything, "en")
    assert not faults, "\n".join(faults)
