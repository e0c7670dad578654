import pytest

from lianxin.figures import bodies, tables


@pytest.fixture(autouse=True)
def _own_snapshots(settings, tmp_path):
    """Each test has its own folder of snapshots and starts without what the process keeps."""
    settings.SNAPSHOTS = tmp_path / "snapshots"
    tables.forget()
    bodies.forget()
