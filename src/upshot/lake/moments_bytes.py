"""Moments as a JSON head and flat arrays, to be kept in a file or sent from one process to another."""

import io
import json
from itertools import groupby
from typing import Any

import numpy as np

from upshot.impact.moments import Block, Cell, Floats, Moments

__all__ = ["arrays_of", "from_bytes", "head_of", "moments_from", "to_bytes"]


def head_of(moments: Moments) -> dict[str, Any]:
    """What is not a long row of numbers, as JSON types."""
    return {
        "periods": moments.periods,
        "cells": [[cell.cohort, list(cell.stratum)] for cell in moments.cells],
        "blocks": [[list(block.cells), int(block.count)] for block in moments.blocks],
        "flags": [moments.sized, moments.varying, moments.clustered],
        "shift": moments.shift.hex(),
    }


def arrays_of(moments: Moments) -> dict[str, Any]:
    """The long rows of numbers; of the symmetric cross-products one triangle each."""
    return {
        "people": moments.people,
        "means": _joined([block.mean for block in moments.blocks]),
        "triangles": _joined([block.centred[np.triu_indices(block.mean.size)] for block in moments.blocks]),
    }


def moments_from(head: dict[str, Any], found: Any) -> Moments:
    """Moments from their head and arrays, every double bit for bit."""
    sized, varying, clustered = head["flags"]
    return Moments(
        periods=tuple(head["periods"]),
        cells=tuple(Cell(cohort, tuple(stratum)) for cohort, stratum in head["cells"]),
        people=found["people"],
        blocks=_blocks(head, found["means"], found["triangles"]),
        sized=sized,
        varying=varying,
        clustered=clustered,
        shift=float.fromhex(head["shift"]),
    )


def to_bytes(moments: Moments) -> bytes:
    """Moments as one piece of bytes.

    Examples
    --------
    >>> one = Moments((1, 2), (Cell(None),), np.array([3]), (Block((0,), 3, np.zeros(2), np.eye(2)),))
    >>> from_bytes(to_bytes(one)).blocks[0].centred.tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    file = io.BytesIO()
    head = np.frombuffer(json.dumps(head_of(moments)).encode(), dtype=np.uint8)
    np.savez(file, head=head, **arrays_of(moments))
    return file.getvalue()


def from_bytes(data: bytes) -> Moments:
    """Moments from what `to_bytes` gave."""
    with np.load(io.BytesIO(data), allow_pickle=False) as found:
        return moments_from(json.loads(found["head"].tobytes()), found)


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts) if parts else np.zeros(0)


def _blocks(head: dict[str, Any], means: Floats, triangles: Floats) -> tuple[Block, ...]:
    cells = [(tuple(inside), count) for inside, count in head["blocks"]]
    channels = means.size // max(1, sum(len(inside) for inside, _ in cells))
    blocks: list[Block] = []
    mean_at = at = 0
    for width, run in groupby(cells, key=lambda found: channels * len(found[0])):
        alike = list(run)
        n, area = len(alike), width * (width + 1) // 2
        mean = means[mean_at : mean_at + n * width].reshape(n, width)
        centred = _squares(triangles[at : at + n * area].reshape(n, area), width)
        blocks += [Block(inside, count, mean[k], centred[k]) for k, (inside, count) in enumerate(alike)]
        mean_at, at = mean_at + n * width, at + n * area
    return tuple(blocks)


def _squares(triangles: Floats, width: int) -> Floats:
    """Symmetric matrices (n, width, width) from their upper triangles."""
    rows, columns = np.triu_indices(width)
    centred = np.empty((len(triangles), width, width))
    centred[:, rows, columns] = triangles
    centred[:, columns, rows] = triangles
    return centred
