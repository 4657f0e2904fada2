"""Valid statements drawn at random, property by property, for both versions of the specification."""

from typing import Any

from hypothesis import strategies as st

from upshot.xapi.activities import COMPONENTS

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=12)
_WORD = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=5,
)
IRIS = st.builds("https://example.com/{}".format, _WORD) | st.builds("urn:x-{}:é".format, _WORD)
UUIDS = st.uuids().map(str) | st.uuids().map(lambda value: str(value).upper())
_TAGS = st.sampled_from(["en", "de-CH", "zh-Hans-CN", "cmn", "sr-Latn-RS", "i-klingon", "x-own"])
_MAPS = st.dictionaries(_TAGS, _TEXT, max_size=2)
_EXTENSIONS = st.dictionaries(IRIS, _JSON, max_size=2)
_TIMES = st.datetimes().map(lambda moment: f"{moment.isoformat()}Z") | st.datetimes().map(
    lambda moment: f"{moment.isoformat(timespec='milliseconds')}+05:30"
)
_DURATIONS = st.sampled_from(["PT1H", "P1DT12H36M0.12567S", "P4W", "P3Y1M29DT4H35M59.14S", "PT0S", "PT16559.14S"])
_SHA2 = st.text("0123456789abcdef", min_size=64, max_size=64)


def _some(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


_IDENTIFIED = st.one_of(
    st.fixed_dictionaries({"mbox": st.builds("mailto:{}@example.com".format, _WORD)}),
    st.fixed_dictionaries({"mbox_sha1sum": st.text("0123456789abcdefABCDEF", min_size=40, max_size=40)}),
    st.fixed_dictionaries({"openid": IRIS}),
    st.fixed_dictionaries({"account": st.fixed_dictionaries({"homePage": IRIS, "name": _TEXT})}),
)


def _with(identified: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    return {**identified, **more}


AGENTS = st.builds(_with, _IDENTIFIED, _some({}, {"objectType": st.just("Agent"), "name": _TEXT}))
GROUPS = st.builds(
    _with, _IDENTIFIED, _some({"objectType": st.just("Group")}, {"name": _TEXT, "member": st.lists(AGENTS, max_size=2)})
) | _some({"objectType": st.just("Group"), "member": st.lists(AGENTS, min_size=1, max_size=2)}, {"name": _TEXT})
_ACTORS = AGENTS | GROUPS


@st.composite
def _definitions(draw: st.DrawFn) -> dict[str, Any]:
    optional = {"name": _MAPS, "description": _MAPS, "type": IRIS, "moreInfo": IRIS, "extensions": _EXTENSIONS}
    definition = draw(_some({}, optional))
    if draw(st.booleans()):
        kind = draw(st.sampled_from(sorted(COMPONENTS)))
        definition["interactionType"] = kind
        definition["correctResponsesPattern"] = draw(st.lists(_TEXT, max_size=2))
        for name in sorted(COMPONENTS[kind]):
            ids = draw(st.lists(_WORD, unique=True, max_size=2))
            definition[name] = [{"id": one, "description": draw(_MAPS)} for one in ids]
    return definition


ACTIVITIES = _some({"id": IRIS}, {"objectType": st.just("Activity"), "definition": _definitions()})
_REFERENCES = st.fixed_dictionaries({"objectType": st.just("StatementRef"), "id": UUIDS})


@st.composite
def _scores(draw: st.DrawFn) -> dict[str, Any]:
    low, raw, high = sorted(draw(st.lists(st.integers(-50, 50), min_size=3, max_size=3, unique=True)))
    whole = {"scaled": draw(st.floats(-1, 1)), "raw": raw, "min": low, "max": high}
    return {key: whole[key] for key in draw(st.sets(st.sampled_from(sorted(whole))))}


_RESULTS = _some(
    {},
    {
        "score": _scores(),
        "success": st.booleans(),
        "completion": st.booleans(),
        "response": _TEXT,
        "duration": _DURATIONS,
        "extensions": _EXTENSIONS,
    },
)
_ATTACHMENTS = _some(
    {
        "usageType": IRIS,
        "display": _MAPS,
        "contentType": st.sampled_from(["text/plain; charset=ascii", "application/pdf"]),
        "length": st.integers(0, 10**9),
        "sha2": _SHA2,
        "fileUrl": IRIS,
    },
    {"description": _MAPS},
)


@st.composite
def _contexts(draw: st.DrawFn, *, activity: bool, version_2: bool) -> dict[str, Any]:
    many = st.lists(ACTIVITIES, max_size=2) | ACTIVITIES
    optional: dict[str, Any] = {
        "registration": UUIDS,
        "instructor": _ACTORS,
        "team": GROUPS,
        "contextActivities": _some({}, dict.fromkeys(("parent", "grouping", "category", "other"), many)),
        "language": _TAGS,
        "statement": _REFERENCES,
        "extensions": _EXTENSIONS,
    }
    if activity:
        optional |= {"revision": _TEXT, "platform": _TEXT}
    if version_2:
        types = {"relevantTypes": st.lists(IRIS, min_size=1, max_size=2)}
        optional["contextAgents"] = st.lists(
            _some({"objectType": st.just("contextAgent"), "agent": AGENTS}, types), max_size=2
        )
        optional["contextGroups"] = st.lists(
            _some({"objectType": st.just("contextGroup"), "group": GROUPS}, types), max_size=1
        )
    return draw(_some({}, optional))


@st.composite
def statements(draw: st.DrawFn, *, version_2: bool = True, inner: bool = False) -> dict[str, Any]:
    """A valid statement, or the sub-statement of one where ``inner``."""
    kinds = [ACTIVITIES, AGENTS.map(lambda one: {**one, "objectType": "Agent"}), GROUPS, _REFERENCES]
    if not inner:
        kinds.append(statements(version_2=version_2, inner=True))
    about = draw(st.one_of(kinds))
    activity = about.get("objectType", "Activity") == "Activity"
    optional = {
        "result": _RESULTS,
        "context": _contexts(activity=activity, version_2=version_2),
        "timestamp": _TIMES,
        "attachments": st.lists(_ATTACHMENTS, max_size=1),
    }
    if not inner:
        versions = ["1.0", "1.0.9", *(["2.0", "2.0.0"] if version_2 else [])]
        optional |= {"id": UUIDS, "version": st.sampled_from(versions), "authority": AGENTS, "stored": _TIMES}
    required = {"actor": _ACTORS, "verb": _some({"id": IRIS}, {"display": _MAPS}), "object": st.just(about)}
    whole = draw(_some(required, optional))
    return {"objectType": "SubStatement", **whole} if inner else whole
