"""Two workers at once, each a process of its own, on one database: everything is sent, and nothing twice."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from tests.web.cast import an_organisation
from tests.web.outbox.builders import MONDAY, a_message

from upshot.web.outbox.models import Delivery, House, Message

PEOPLE = 40
SCRIPT = Path(__file__).with_name("racing.py")


def a_worker(home: Path) -> subprocess.Popen[str]:
    command = [sys.executable, str(SCRIPT), str(connection.settings_dict["NAME"]), str(home), MONDAY.isoformat()]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, text=True, **pipes)  # noqa: S603 - our own script


@pytest.mark.django_db(transaction=True)
def test_of_two_processes_that_plan_and_send_at_once_nothing_goes_out_twice(home: Path) -> None:
    firm = an_organisation(home)
    House.objects.create(organisation=firm, record_only=True)
    for number in range(PEOPLE):
        for key in ("a", "b"):
            a_message(firm, f"p-{number:02}", key)

    workers = [a_worker(home) for _ in range(2)]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    said = []
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        out, error = worker.communicate(timeout=60)
        assert worker.returncode == 0, error
        said.append(json.loads(out))

    assert sum(one["planned"] for one in said) == PEOPLE, "nobody is planned for twice"
    assert sum(one["sent"] for one in said) == PEOPLE
    assert Delivery.objects.filter(state="sent").count() == Delivery.objects.count() == PEOPLE
    assert Message.objects.filter(state="sent", delivery__isnull=False).count() == 2 * PEOPLE
    assert Delivery.objects.values("person").distinct().count() == PEOPLE
