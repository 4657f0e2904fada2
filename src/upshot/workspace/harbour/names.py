"""Invented names for Harbour's people: in the staff export, as in any firm's, and never in the lake."""

from importlib.resources import files

import numpy as np

__all__ = ["invented_names"]


def invented_names(n: int, rng: np.random.Generator) -> list[str]:
    """``n`` names; some come twice, as names do.

    Examples
    --------
    >>> invented_names(2, np.random.default_rng(1))
    ['Leila Reed', 'Mads Wells']
    """
    text = files("upshot.workspace.harbour").joinpath("names.txt").read_text(encoding="utf-8")
    given, family = (part.split() for part in text.split("\n\n"))
    first, last = rng.integers(len(given), size=n), rng.integers(len(family), size=n)
    return [f"{given[i]} {family[j]}" for i, j in zip(first, last, strict=True)]
