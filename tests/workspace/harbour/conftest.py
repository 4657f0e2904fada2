"""Harbour, made once for all tests that ask it something."""

from collections.abc import Callable
from pathlib import Path

import pytest

from upshot.workspace.answering import Answer, answer_initiative
from upshot.workspace.folder import Workspace
from upshot.workspace.harbour import harbour_plan, locked, make_harbour
from upshot.workspace.harbour.facts import Facts, make_facts

Told = list[tuple[str, int, int]]


@pytest.fixture(scope="session")
def told() -> Told:
    """What was said while Harbour was made."""
    return []


@pytest.fixture(scope="session")
def harbour(tmp_path_factory: pytest.TempPathFactory, told: Told) -> Workspace:
    """The firm as it ships."""
    root: Path = tmp_path_factory.mktemp("harbour") / "workspace"
    return make_harbour(root, progress=lambda what, done, of: told.append((what, done, of)))


@pytest.fixture(scope="session")
def facts() -> Facts:
    """What the firm's exports are written from."""
    return make_facts(harbour_plan().plan)


@pytest.fixture(scope="session")
def answered(harbour: Workspace) -> Callable[[str, str], Answer]:
    """Answers from the plan as locked, each found once."""
    plan = harbour.plan().plan
    found: dict[tuple[str, str], Answer] = {}

    def answer(initiative: str, kpi: str) -> Answer:
        if (initiative, kpi) not in found:
            signed = locked(plan, initiative)
            found[initiative, kpi] = answer_initiative(harbour, initiative, kpi_id=kpi, locked=signed)
        return found[initiative, kpi]

    return answer
