"""The rough outline of the demonstration district: eight corners drawn by hand, WGS 84, not a boundary."""

OUTLINE: list[list[float]] = [
    [113.985, 22.515],
    [114.05, 22.5],
    [114.08, 22.515],
    [114.1, 22.535],
    [114.1, 22.57],
    [114.06, 22.59],
    [114.005, 22.58],
    [113.985, 22.53],
]
