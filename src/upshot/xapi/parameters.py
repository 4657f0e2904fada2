"""Query parameters of every resource: known names only, each once, each checked; all problems raised together."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from upshot.errors import Problem, RequestError
from upshot.xapi.actors import actor
from upshot.xapi.decode import decoded
from upshot.xapi.identity import identifier
from upshot.xapi.report import Report
from upshot.xapi.scalars import is_iri, is_uuid
from upshot.xapi.times import instant, parse_timestamp
from upshot.xapi.versions import Version

__all__ = ["Parameters"]

_SECTION = "xAPI 1.0.3 Communication 2; IEEE 9274.1.1 4.1.6"


class Parameters:
    """Parameters of one request, read by name and type; :meth:`finish` raises what was wrong with them.

    Parameters
    ----------
    given
        Every name with its values, as the query string has them.
    allowed
        The names the resource defines; any other is refused.
    version
        The version of the request.
    """

    __slots__ = ("_given", "_problems", "_version")

    def __init__(self, given: Mapping[str, Sequence[str]], allowed: frozenset[str], version: Version) -> None:
        self._given = {name: values[-1] for name, values in given.items() if values}
        self._version = version
        self._problems: list[Problem] = []
        for name, values in given.items():
            if name not in allowed:
                right = next((known for known in allowed if known.lower() == name.lower()), None)
                fix = (
                    f"Write {right}: names are case-sensitive." if right else f"It may be {', '.join(sorted(allowed))}."
                )
                self._refuse(name[:60], "xapi-parameter", "The resource has no parameter of this name", fix)
            elif len(values) > 1:
                self._refuse(name, "xapi-parameter", "The parameter is given more than once")

    def _refuse(self, name: str, code: str, text: str, fix: str = "", value: str | None = None) -> None:
        self._problems.append(Problem(code=code, text=f"{text} ({_SECTION}).", fix=fix, column=name, value=value))

    def __contains__(self, name: str) -> bool:
        return name in self._given

    def names(self) -> frozenset[str]:
        """Names that are given."""
        return frozenset(self._given)

    def text(self, name: str, *, required: bool = False) -> str | None:
        """A parameter as it is."""
        value = self._given.get(name)
        if required and not value:
            self._refuse(name, "xapi-missing", "The parameter is missing")
        elif value is not None and "\x00" in value:
            self._refuse(name, "xapi-value", "The parameter must not hold a null character")
        return value

    def iri(self, name: str, *, required: bool = False) -> str | None:
        """A parameter that must be an IRI."""
        value = self.text(name, required=required)
        if value and not is_iri(value):
            self._refuse(name, "xapi-value", "The parameter must be an IRI", value=value[:80])
        return value

    def uuid(self, name: str) -> str | None:
        """A parameter that must be a UUID, in lower case."""
        value = self.text(name)
        if value is not None and not is_uuid(value):
            self._refuse(name, "xapi-value", "The parameter must be a UUID", value=value[:80])
        return None if value is None else value.lower()

    def instant(self, name: str) -> datetime | None:
        """A parameter that must be a timestamp, as an instant in UTC."""
        value = self.text(name)
        if value is None:
            return None
        # A plus sign that was not percent-encoded arrives as a space.
        moment = value.replace(" ", "+")
        if parse_timestamp(moment) is None:
            self._refuse(
                name, "xapi-timestamp", "The parameter must be a timestamp with a known offset", value=value[:40]
            )
            return None
        return instant(moment)

    def flag(self, name: str) -> bool:
        """A parameter that must be ``true`` or ``false``; absent is false."""
        value = self._given.get(name, "false")
        if value not in ("true", "false"):
            self._refuse(name, "xapi-value", "The parameter must be true or false", value=value[:40])
        return value == "true"

    def whole(self, name: str, *, digits: int = 9) -> int:
        """A parameter that must be a whole number from 0; absent is 0."""
        value = self._given.get(name, "0")
        if not (value.isascii() and value.isdigit() and len(value) <= digits):
            self._refuse(name, "xapi-value", "The parameter must be a whole number from 0", value=value[:40])
            return 0
        return int(value)

    def one_of(self, name: str, values: Sequence[str]) -> str | None:
        """A parameter that must be one of ``values``."""
        value = self._given.get(name)
        if value is not None and value not in values:
            text = f"The parameter must be one of {', '.join(values)}"
            self._refuse(name, "xapi-value", text, value=value[:40])
        return value

    def agent(self, name: str, *, required: bool = False, groups: bool = False) -> Mapping[str, object] | None:
        """A parameter that must be an identified agent as JSON; or an identified group where ``groups``."""
        value = self.text(name, required=required)
        if value is None:
            return None
        try:
            found = decoded(value, "The agent")
        except RequestError:
            self._refuse(name, "xapi-json", "The parameter must be an agent as JSON")
            return None
        return self._identified(name, found, groups=groups)

    def _identified(self, name: str, found: object, *, groups: bool) -> Mapping[str, object] | None:
        report = Report(self._version, [])
        actor(found, (None, name), report)
        self._problems.extend(report.problems)
        if report.problems or not isinstance(found, dict):
            return None
        if identifier(found) is None or (found.get("objectType") == "Group" and not groups):
            kinds = "an identified agent or group" if groups else "an agent"
            self._refuse(name, "xapi-identifier", f"The parameter must be {kinds}")
            return None
        return found

    def refuse_with(self, name: str, others: frozenset[str]) -> None:
        """Refuse every given parameter of ``others``, since ``name`` is given."""
        for other in sorted(others & self.names()):
            self._refuse(other, "xapi-parameter", f"The parameter cannot be used together with {name}")

    def refuse(self, name: str, text: str) -> None:
        """Refuse a parameter for a reason of the resource's own."""
        self._refuse(name, "xapi-parameter", text)

    def finish(self) -> None:
        """Raise everything that was wrong.

        Raises
        ------
        RequestError
            When there is anything.
        """
        if self._problems:
            raise RequestError(self._problems)
