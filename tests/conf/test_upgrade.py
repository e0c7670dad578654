import pytest
from tools.prove import upgrade


def test_an_installation_of_the_foundation_comes_along_with_every_row():
    commit = upgrade.LANDED["foundation"]
    if not upgrade.has(commit):
        pytest.skip("this checkout has no history back to the foundation: the whole proof is tools/prove/upgrade.py")
    found = upgrade.upgrade(commit, size="small", url=None)
    assert found["rows"] > 10_000
    assert found["changed"] == []
    assert found["chain_whole"]
    assert found["same_figure"]
