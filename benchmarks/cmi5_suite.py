"""Run AICC/CATAPULT's LMS test suite on a scratch server: ``python benchmarks/cmi5_suite.py SUITE``.

SUITE is the folder ``lts`` of a checkout of adlnet/CATAPULT with its npm dependencies installed and its packages built
(``NODE_OPTIONS=--openssl-legacy-provider npx webpack`` in ``pkg``); it is not part of this repository. The suite asks
the system under test to import, launch, waive and abandon through a script; ours calls a small control address that
exists only here, and that calls the product's own services.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from uuid import UUID
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

__all__ = ["main"]

_LONGEST_RUN = 900

_ADAPTER = """
const Wreck = require("@hapi/wreck"), {InvalidPackageError} = require("./errors");
const base = process.env.UPSHOT_BASE;
const call = async (path, payload, headers) => {
    const answer = await Wreck.post(`${base}/control/${path}`, {payload, headers, json: true});
    if (answer.payload.invalid) { throw new InvalidPackageError(answer.payload.invalid); }
    return answer.payload;
};
const asked = (path, value) => call(path, JSON.stringify(value), {"Content-Type": "application/json"});
module.exports = {
    setup: async () => {},
    teardown: async () => {},
    cleanup: async () => {},
    getLrsEndpoint: () => `${base}/xapi`,
    getLrsAuthHeader: () => `Basic ${Buffer.from(process.env.UPSHOT_KEY).toString("base64")}`,
    importCourse: async (stream, type) => (await call("import", stream, {"Content-Type": type})).course,
    getLaunchUrl: async (course, place, actor, more) => (await asked("launch", {course, place, actor, ...more})).url,
    hasWaive: () => true,
    waiveAU: (registration, place, reason) => asked("waive", {registration, place, reason}),
    hasAbandon: () => true,
    abandonSession: (session) => asked("abandon", {session})
};
"""

_BROWSER = """
module.exports = {launch: {executablePath: process.env.UPSHOT_TEST_CHROMIUM, args: ["--no-sandbox", "--disable-gpu"]}};
"""


class _Server(ThreadingMixIn, WSGIServer):
    """One thread a request."""

    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    """No line for each request."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the library
        """Say nothing."""


def main() -> int:
    """Run the suite; 0 when every test passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", type=Path, help="folder lts of the suite, built")
    parser.add_argument("--grep", default="", help="run only tests that match")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="upshot-cmi5-") as scratch:
        home = Path(scratch)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        base = f"http://127.0.0.1:{port}"
        key, application = _prepared(home, base)
        server = make_server("127.0.0.1", port, application, server_class=_Server, handler_class=_Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            return _run(asked.suite.resolve(), home, base, key, asked.grep)
        finally:
            server.shutdown()


def _prepared(home: Path, base: str) -> tuple[str, Callable[..., Iterable[bytes]]]:
    from upshot.web import boot
    from upshot.workspace.folder import Workspace

    Workspace.create(home, organisation="Scratch")
    boot.setup(home, url=base)
    from django.conf import settings

    from upshot.web.lrs.services.keys import make_key
    from upshot.web.wsgi import application

    settings.ALLOWED_HOSTS = ["*"]
    organisation = boot.ensure_organisation(home)
    made = make_key(organisation, name="suite", scopes=["all/read"])

    def dispatch(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not str(environ["PATH_INFO"]).startswith("/control/"):
            return application(environ, start_response)
        answer = _control(organisation, base, environ)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(answer).encode()]

    return made.text, dispatch


def _control(organisation: Any, base: str, environ: dict[str, Any]) -> dict[str, str]:
    from upshot.errors import InputError

    body = _body(environ)
    act = str(environ["PATH_INFO"]).rpartition("/")[2]
    try:
        if act == "import":
            from upshot.web.content.services.importing import import_course

            return {"course": str(import_course(organisation, BytesIO(body)).pk)}
        return _asked(act, json.loads(body), base)
    except InputError as error:
        return {"invalid": str(error)}


def _body(environ: dict[str, Any]) -> bytes:
    source = environ["wsgi.input"]
    if environ.get("HTTP_TRANSFER_ENCODING", "").lower() != "chunked":
        return bytes(source.read(int(environ.get("CONTENT_LENGTH") or 0)))
    pieces = []
    while size := int(source.readline().split(b";")[0], 16):
        pieces.append(source.read(size))
        source.readline()
    source.readline()
    return b"".join(pieces)


def _asked(act: str, what: dict[str, Any], base: str) -> dict[str, str]:
    from upshot.web.content.models import Course, Registration
    from upshot.web.content.services.closing import abandon, waive
    from upshot.web.content.services.launching import enrol, open_unit
    from upshot.xapi.cmi5 import LaunchMode

    if act == "abandon":
        abandon(UUID(what["session"]))
    elif act == "waive":
        registration = Registration.objects.select_related("course__organisation").get(pk=what["registration"])
        waive(registration, what["place"], what["reason"])
    else:
        course = Course.objects.select_related("organisation").get(pk=what["course"])
        number = UUID(what["registration"]) if what.get("registration") else None
        own = enrol(course, person=what["actor"]["account"]["name"], actor=what["actor"], number=number)
        mode = LaunchMode(what.get("launchMode") or LaunchMode.NORMAL)
        return {"url": open_unit(own, what["place"], base=base, return_url=f"{base}/healthz", mode=mode).url}
    return {"done": act}


def _run(suite: Path, home: Path, base: str, key: str, grep: str) -> int:
    adapter, browser, result = suite / "lib" / "lms.custom.js", home / "browser.js", home / "result.json"
    adapter.write_text(_ADAPTER, encoding="utf-8")
    browser.write_text(_BROWSER, encoding="utf-8")
    environment = {
        **os.environ,
        "CATAPULT_LMS": str(adapter),
        "JEST_PUPPETEER_CONFIG": str(browser),
        "UPSHOT_BASE": base,
        "UPSHOT_KEY": key,
        "UPSHOT_TEST_CHROMIUM": os.environ.get("UPSHOT_TEST_CHROMIUM") or shutil.which("chromium") or "",
    }
    command = [
        "npx",
        "jest",
        "--runInBand",
        "--testTimeout=60000",
        "--json",
        f"--outputFile={result}",
        *(["-t", grep] if grep else []),
    ]
    started = time.monotonic()
    ran = subprocess.run(
        command, cwd=suite, env=environment, capture_output=True, text=True, timeout=_LONGEST_RUN, check=False
    )
    if not result.is_file():
        print(f"The suite wrote no result.\n{ran.stderr[-3000:]}")
        return 1
    return _report(json.loads(result.read_text(encoding="utf-8")), time.monotonic() - started, ran.stdout + ran.stderr)


def _report(result: dict[str, Any], took: float, said: str) -> int:
    passed, total = int(result["numPassedTests"]), int(result["numTotalTests"])
    print(f"cmi5: {passed} of {total} checks passed, {result['numFailedTests']} failed, in {took:.0f} s.")
    for file in result["testResults"]:
        for test in file["assertionResults"]:
            if test["status"] != "passed":
                print(f"  {test['status']}: {test['fullName']}\n    {' '.join(test['failureMessages'])[:400]}")
    if passed != total:
        print(said[-4000:])
    return 0 if passed == total else 1


if __name__ == "__main__":
    sys.exit(main())
