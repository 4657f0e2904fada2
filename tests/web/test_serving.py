"""The real server: pages that need the lake, after the process that starts it has used the lake; a clean end."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from upshot.errors import WorkspaceError
from upshot.web.serving import free

START = """
import sys
from pathlib import Path
from upshot.web import boot
from upshot.workspace.folder import Workspace

home, port = Path(sys.argv[1]), int(sys.argv[2])
workspace = Workspace.create(home / "firm", organisation="Firm")
workspace.lake().query("SELECT count(*) FROM people")
boot.setup(home, url=f"http://127.0.0.1:{port}")
organisation = boot.ensure_organisation(home, "firm")
from django.test import Client
from upshot.web.accounts.models import Membership, RoleGrant, User
user = User.objects.create_user("a@firm.example", "x")
RoleGrant.objects.create(membership=Membership.objects.create(organisation=organisation, user=user), role="analyst")
client = Client()
client.force_login(user)
print(client.cookies["sessionid"].value, flush=True)
from upshot.web.serving import serve
serve(home, host="127.0.0.1", port=port)
"""


def a_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int, path: str, cookie: str = "") -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": f"sessionid={cookie}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:  # noqa: S310 - loopback
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def children(pid: int) -> set[int]:
    """What a process has started, from any of its threads."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text(encoding="ascii").split()}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", int, str]]:
    ours = ("UPSHOT_", "DJANGO_", "DATABASE_URL")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    port = a_port()
    command = [sys.executable, "-c", START, str(tmp_path), str(port)]
    server = subprocess.Popen(command, env=plain, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
    assert server.stdout is not None
    cookie = server.stdout.readline().strip()
    deadline = time.monotonic() + 60
    while answers(port, "/healthz") != 200 and time.monotonic() < deadline:
        time.sleep(0.1)
    yield server, port, cookie
    if server.poll() is None:
        server.terminate()
    server.communicate(timeout=30)


def test_a_server_started_after_using_the_lake_serves_pages_that_use_it_and_ends_whole(
    served: tuple["subprocess.Popen[str]", int, str],
) -> None:
    server, port, cookie = served
    assert answers(port, "/healthz") == 200
    assert answers(port, "/o/firm/data/", cookie) == 200
    assert answers(port, "/o/firm/people/accounts", cookie) == 200
    started = children(server.pid)
    assert len(started) >= 2, "a web process and a worker for jobs"
    server.send_signal(signal.SIGINT)
    server.wait(timeout=30)
    deadline = time.monotonic() + 15
    while any(Path(f"/proc/{child}").exists() for child in started) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{child}").exists() for child in started)
    assert answers(port, "/healthz") == 0


def test_a_port_in_use_is_said_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WorkspaceError, match=f"--port {port + 1}"):
            free("127.0.0.1", port)
