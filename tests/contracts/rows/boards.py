"""Coverage."""

from contracts.matrix import Row, act_only

ROWS: dict[str, Row] = {
    "boards:coverage": act_only(),
}
