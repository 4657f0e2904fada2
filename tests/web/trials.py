"""Support of the firm's course tried by lot: one team has it, the other two wait."""

from tests.web.cast import Cast

from upshot.web.accounts.viewer import workspace_of

TRIAL = """
  - id: trial
    title: Support by lot
    serves: [offers]
    support: {kind: %KIND%, of: selling}
    hypothesis: {if: Their managers hear of it, then: More offers are taken up}
    audience: {where: "role = 'adviser'"}
    expected: [{kpi: conversion, effect: 1, smallest_worth_having: 0.5}]
    design: {assign: random-by-team, seed: 3, period: month}
    waves:
      - {id: first, start: 2025-06-02, share: 0.34, where: "team = '%TEAM%'"}
      - {id: second, start: 2099-03-02, share: 0.33, where: "team = 'Vidde'"}
"""


def trying(cast: Cast, kind: str, team: str = "Dal") -> None:
    """The plan also tries support: ``team`` has it, another has a day far off, and the third never gets it."""
    path = workspace_of(cast.organisation).root / "plan.yaml"
    more = TRIAL.replace("%KIND%", kind).replace("%TEAM%", team)
    path.write_text(path.read_text(encoding="utf-8").rstrip() + more, encoding="utf-8")
