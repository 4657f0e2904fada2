"""A client of the store as programs outside see it: one connection a thread, statements in and out."""

import base64
import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

__all__ = ["Answer", "Caller"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Caller:
    """Sends requests with one credential."""

    endpoint: str
    key: str
    secret: str
    version: str = "1.0.3"

    def send(
        self, method: str, resource: str, body: Any = None, headers: dict[str, str] | None = None, **parameters: str
    ) -> Answer:
        parts = urlsplit(self.endpoint)
        token = base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        sent = {"Authorization": f"Basic {token}", "X-Experience-API-Version": self.version}
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        if content is not None:
            sent["Content-Type"] = "application/json"
        query = f"?{urlencode(parameters)}" if parameters else ""
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        try:
            connection.request(method, f"{parts.path}/{resource}{query}", content, {**sent, **(headers or {})})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()

    def post(self, statements: Any, **headers: str) -> Answer:
        return self.send("POST", "statements", statements, headers)

    def ids(self, **parameters: str) -> list[str]:
        """Ids of every statement that matches, page after page."""
        found: list[str] = []
        answer = self.send("GET", "statements", **parameters).json
        while True:
            found += [statement["id"] for statement in answer["statements"]]
            if not answer["more"]:
                return found
            resource = answer["more"].removeprefix("/xapi/")
            answer = self.send("GET", resource).json
