"""The shell."""

from contracts.matrix import Row, act_only, public

ROWS: dict[str, Row] = {
    "health": public(),
    "gallery": act_only(),
    "kit:language": public(),
    "kit:type_size": public(),
    "conf:settings": act_only(),
}
