"""Run pytest with the web product on a PostgreSQL of its own: ``python -m tests.on_postgresql PYTEST-ARGUMENTS``."""

import os
import subprocess
import sys

from benchmarks.lrs_store import postgres


def main() -> int:
    """Start the server that comes from PyPI, point the tests at it, end it afterwards."""
    with postgres() as address:
        environment = {**os.environ, "DATABASE_URL": address}
        return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env=environment, check=False).returncode  # noqa: S603 - our own


if __name__ == "__main__":
    sys.exit(main())
