"""Plane geometry of small maps: cells around label points, clipping, dissolving. No library of shapes is needed.

A ring is float (n, 2), closed implicitly (the first point is not repeated): counter-clockwise around land, clockwise
around a hole.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

FloatArray = NDArray[np.float64]
SNAP_DEG = 2e-6
"""Vertices closer than this (0.2 m) are one vertex."""


def signed_area(ring: FloatArray) -> float:
    """Area in the ring's unit squared, positive when counter-clockwise (shoelace formula)."""
    x, y = (ring - ring[0]).T
    return float(0.5 * (x @ np.roll(y, -1) - y @ np.roll(x, -1)))


def centroid(ring: FloatArray) -> FloatArray:
    """Centre of mass of the surface; the mean of the vertices where the surface is empty."""
    local = ring - ring[0]
    following = np.roll(local, -1, axis=0)
    cross = local[:, 0] * following[:, 1] - following[:, 0] * local[:, 1]
    total = cross.sum()
    if abs(total) < 1e-18:
        return np.asarray(ring.mean(axis=0))
    return np.asarray(ring[0] + ((local + following) * cross[:, None]).sum(axis=0) / (3.0 * total))


def contains(ring: FloatArray, points: FloatArray) -> NDArray[np.bool_]:
    """Whether each of `points`, float (n, 2), lies inside the ring (even-odd rule)."""
    inside = np.zeros(len(points), dtype=np.bool_)
    for (x1, y1), (x2, y2) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        crosses = (y1 > points[:, 1]) != (y2 > points[:, 1])
        inside ^= crosses & (points[:, 0] < (x2 - x1) * (points[:, 1] - y1) / (y2 - y1) + x1)
    return inside


def clip(ring: FloatArray, normal: FloatArray, offset: float) -> FloatArray:
    """The part of a ring where `point @ normal <= offset` (Sutherland and Hodgman, 1974)."""
    if not len(ring):
        return ring
    side = ring @ normal - offset
    if (side <= 0).all():
        return ring
    kept: list[FloatArray] = []
    for i in range(len(ring)):
        a, b = ring[i - 1], ring[i]
        sa, sb = side[i - 1], side[i]
        if (sa <= 0) != (sb <= 0):
            kept.append(a + (b - a) * (sa / (sa - sb)))
        if sb <= 0:
            kept.append(b)
    return np.array(kept) if kept else np.empty((0, 2))


def wound(ring: FloatArray, *, clockwise: bool = False) -> FloatArray:
    """The ring in the direction asked for."""
    return ring if (signed_area(ring) < 0) == clockwise else ring[::-1]


def cells(points: FloatArray, outline: FloatArray) -> list[FloatArray]:
    """Voronoi cells of label points, clipped to an outline.

    points : float (n, 2), distinct; outline : ring, convex or not. Distances are measured with longitudes shortened
    by the cosine of the latitude, so that cells look right on a map.
    Returns one ring a point, in order; a ring is empty if nothing of the outline is nearest to its point.
    """
    outline = wound(outline)
    stretch = np.array([np.cos(np.radians(float(points[:, 1].mean()))), 1.0])
    plane, frame = points * stretch, outline * stretch
    found = []
    for i, here in enumerate(plane):
        ring = frame
        gaps = np.linalg.norm(plane - here, axis=1)
        for j in np.argsort(gaps)[1:]:
            if j == i or not len(ring) or gaps[j] > 2 * np.linalg.norm(ring - here, axis=1).max():
                continue
            normal = plane[j] - here
            ring = clip(ring, normal, float(normal @ (plane[j] + here) / 2))
        found.append(ring / stretch)
    return _snapped(found)


def _snapped(rings: list[FloatArray]) -> list[FloatArray]:
    """Give vertices that differ only by rounding the same coordinates, so that neighbours share edges exactly."""
    everything = np.concatenate([r for r in rings if len(r)] or [np.empty((0, 2))])
    if not len(everything):
        return rings
    first = np.arange(len(everything))
    for a, b in sorted(cKDTree(everything).query_pairs(SNAP_DEG)):
        first[b] = min(first[b], first[a])
    everything = np.round(everything[first], 7)
    snapped, start = [], 0
    for ring in rings:
        part = everything[start : start + len(ring)]
        start += len(ring)
        snapped.append(_without_repeats(part))
    return snapped


def _without_repeats(ring: FloatArray) -> FloatArray:
    if not len(ring):
        return ring
    return np.asarray(ring[(ring != np.roll(ring, 1, axis=0)).any(axis=1)])


def spread(ring: FloatArray, number: int) -> FloatArray:
    """`number` points spread evenly inside a ring, float (number, 2).

    Source: Lloyd, Least squares quantization in PCM (1982), 40 rounds from a sunflower start.
    """
    i = np.arange(number)
    size = np.sqrt(abs(signed_area(ring)) / np.pi)
    angle = i * np.pi * (3 - np.sqrt(5))
    radius = 0.6 * size * np.sqrt((i + 0.5) / number)
    points = centroid(ring) + np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius[:, None]
    for _ in range(40):
        found = cells(points, ring)
        points = np.array([centroid(c) if len(c) else p for c, p in zip(found, points, strict=True)])
    return np.asarray(points)


def dissolve(rings: list[FloatArray]) -> list[FloatArray]:
    """The outlines of the union of rings that touch along edges but do not overlap.

    Edges that two rings share cancel; what is left is chained into rings again, holes among them (clockwise).
    Vertices of one ring that lie on the edge of another are first added to it.
    """
    oriented = [r for r in _snapped(rings) if len(r) >= 3]
    if not oriented:
        return []
    vertices = np.unique(np.concatenate(oriented), axis=0)
    edges: dict[tuple[float, ...], set[tuple[float, ...]]] = {}
    for ring in oriented:
        chain = _with_vertices_on_edges(ring, vertices)
        for a, b in zip(chain, chain[1:] + chain[:1], strict=True):
            if a in edges.get(b, ()):
                edges[b].discard(a)
            elif a != b:
                edges.setdefault(a, set()).add(b)
    return _chained(edges)


def _with_vertices_on_edges(ring: FloatArray, vertices: FloatArray) -> list[tuple[float, ...]]:
    chain: list[tuple[float, ...]] = []
    for a, b in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        chain.append(tuple(a.tolist()))
        along = b - a
        length = float(np.hypot(*along))
        away = vertices - a
        t = away @ along / length**2
        gap = np.abs(away[:, 0] * along[1] - away[:, 1] * along[0]) / length
        on = (gap < SNAP_DEG) & (t * length > SNAP_DEG) & ((1 - t) * length > SNAP_DEG)
        chain += [tuple(v) for v in vertices[on][np.argsort(t[on])].tolist()]
    return chain


def _chained(edges: dict[tuple[float, ...], set[tuple[float, ...]]]) -> list[FloatArray]:
    rings = []
    while any(edges.values()):
        start = min(v for v, ends in edges.items() if ends)
        ring, here = [start], edges[start].pop()
        while here != start and edges.get(here):
            ring.append(here)
            here = edges[here].pop()
        if here == start and len(ring) >= 3:
            rings.append(np.array(ring))
    return rings


def polygons(rings: list[FloatArray]) -> list[list[FloatArray]]:
    """Rings as polygons: each counter-clockwise ring with the clockwise ones that lie in it as its holes."""
    outer = [[r] for r in rings if signed_area(r) > 0]
    for hole in (r for r in rings if signed_area(r) < 0):
        middle = (hole[:1] + hole[1:2]) / 2
        around = [p for p in outer if contains(p[0], middle)[0]]
        if around:
            min(around, key=lambda p: signed_area(p[0])).append(hole)
    return outer
