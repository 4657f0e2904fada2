"""Few treated teams: synthetic control and synthetic difference-in-differences on a team-by-period matrix."""

from upshot.impact.synthetic.answer import synthetic_control, synthetic_did
from upshot.impact.synthetic.conformal import conformal_interval, conformal_p_value
from upshot.impact.synthetic.simplex import simplex_weights
from upshot.impact.synthetic.teams import TeamPanel, team_panel

__all__ = [
    "TeamPanel",
    "conformal_interval",
    "conformal_p_value",
    "simplex_weights",
    "synthetic_control",
    "synthetic_did",
    "team_panel",
]
