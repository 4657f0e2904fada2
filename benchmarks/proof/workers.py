"""Tasks shared out over processes; every task has a random stream of its own, so the number does not matter."""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

__all__ = ["each"]

Task = TypeVar("Task")
Found = TypeVar("Found")


def each(work: Callable[[Task], Found], tasks: Sequence[Task], workers: int) -> list[Found]:
    """Results in the order of the tasks; ``work`` is a function of a module, or a partial of one."""
    if workers <= 1:
        return [work(task) for task in tasks]
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork")) as pool:
        return list(pool.map(work, tasks))
