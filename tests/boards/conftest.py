import pytest

from lianxin.boards import drawing
from lianxin.figures import tables


@pytest.fixture(autouse=True)
def _own_snapshots(settings, tmp_path):
    """Each test has its own folder of snapshots and starts without what the process keeps."""
    settings.SNAPSHOTS = tmp_path / "snapshots"
    tables.forget()
    drawing.forget()
