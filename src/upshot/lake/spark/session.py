"""The Spark session that jobs run in: the caller's where there is one, else one made for the call."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from upshot.errors import PanelError, Problem

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["spark_session"]

_OURS = {
    "spark.app.name": "upshot",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
}
"""Set in a session that is made here, and in no other."""


@contextmanager
def spark_session() -> Iterator["SparkSession"]:
    """The active session, or a new one by Spark's own configuration: ``spark-defaults.conf``, ``PYSPARK_SUBMIT_ARGS``.

    Raises
    ------
    PanelError
        If PySpark or Java is not installed.
    """
    _installed()
    from pyspark.sql import SparkSession

    active = SparkSession.getActiveSession()
    if active is not None:
        yield active
        return
    session = _made()
    try:
        yield session
    finally:
        session.stop()


def _installed() -> None:
    from importlib.util import find_spec

    problems = []
    if find_spec("pyspark") is None:
        text, fix = "The engine spark needs PySpark, which is not installed.", "Run: pip install 'upshot[spark]'"
        problems.append(Problem(code="no-pyspark", text=text, fix=fix))
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        text, fix = "The engine spark needs Java 17 or newer.", "Install a Java runtime, or set JAVA_HOME."
        problems.append(Problem(code="no-java", text=text, fix=fix))
    if problems:
        raise PanelError(problems)


def _made() -> "SparkSession":
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder
    for name, value in _OURS.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except PySparkException as error:
        text = f"Spark does not start: {str(error).splitlines()[0]}"
        fix = "Check SPARK_HOME, the master and Java; 'spark-submit --version' shows what is found."
        raise PanelError(Problem(code="no-spark", text=text, fix=fix)) from error
    session.sparkContext.setLogLevel("ERROR")
    return session
