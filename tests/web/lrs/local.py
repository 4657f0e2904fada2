"""A store inside the test process: an organisation with its workspace, keys, and requests without a server."""

import base64
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from tests.web.cast import an_organisation

from upshot.web.accounts.models import Organisation
from upshot.web.lrs.services.credentials import forget
from upshot.web.lrs.services.keys import make_key
from upshot.xapi.decode import decoded, encoded

__all__ = ["Sender", "a_sender", "a_store"]


def a_store(home: Path, slug: str = "nordvik") -> Organisation:
    """An organisation whose store is empty."""
    forget()
    return an_organisation(home, slug)


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends requests with one credential."""

    authorization: str
    version: str = "1.0.3"
    client: Client = field(default_factory=Client)

    def send(
        self, method: str, resource: str, body: Any = b"", *, kind: str = "application/json",
        headers: dict[str, str] | None = None, **parameters: str,
    ) -> Any:  # fmt: skip
        content = body if isinstance(body, bytes) else encoded(body)
        query = f"?{urlencode(parameters)}" if parameters else ""
        sent = {"Authorization": self.authorization, "X-Experience-API-Version": self.version, **(headers or {})}
        return self.client.generic(method, f"/xapi/{resource}{query}", content, kind, headers=sent)

    def post(self, statements: Any, **headers: str) -> Any:
        return self.send("POST", "statements", statements, headers=headers)

    def get(self, **parameters: str) -> Any:
        return decoded(self.send("GET", "statements", **parameters).content)

    def ids(self, **parameters: str) -> list[str]:
        return [statement["id"] for statement in self.get(**parameters)["statements"]]


def a_sender(organisation: Organisation, *scopes: str, version: str = "1.0.3", **more: Any) -> Sender:
    """A sender with a new key."""
    key = make_key(organisation, name="system", scopes=scopes or ("all",), **more)
    return Sender(f"Basic {base64.b64encode(key.text.encode()).decode()}", version)
