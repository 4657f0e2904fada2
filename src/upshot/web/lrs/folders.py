"""Where a document lies: of which activity and agent, and under which key the database finds it."""

from dataclasses import dataclass

from upshot.web.lrs.store.names import digest
from upshot.xapi.documents import Kind

__all__ = ["Folder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Where documents of one kind lie: of an activity, an agent, both, and perhaps one registration."""

    kind: Kind
    activity: str = ""
    agent: str = ""
    registration: str = ""

    @property
    def within(self) -> str:
        """The folder's key, its registration aside."""
        return digest("\x00".join((self.kind.value, self.activity, self.agent)))

    def place(self, name: str) -> str:
        """The key of one document in it."""
        return digest("\x00".join((self.kind.value, self.activity, self.agent, self.registration, name)))
