"""Today. Search stands with the registry, whose records it finds."""

from contracts.matrix import Row, act_only

ROWS: dict[str, Row] = {
    "desk:today": act_only(),
}
