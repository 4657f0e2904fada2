"""How much memory the matrix of one partition may take."""

import duckdb
import pytest

from upshot.lake.scan_layout import room
from upshot.lake.scan_roles import ScanOptions


@pytest.mark.parametrize(
    ("limit", "asked", "bytes_"),
    [
        ("64GiB", None, 64 * 2**30 // 10),
        ("2GiB", None, 960 * 2**20),
        ("64GiB", 5_000, 5_000),
    ],
)
def test_a_matrix_takes_what_was_asked_or_a_tenth_of_what_the_connection_may(
    limit: str, asked: int | None, bytes_: int
) -> None:
    with duckdb.connect(config={"memory_limit": limit}) as connection:
        assert room(connection, ScanOptions(memory=asked)) == bytes_
