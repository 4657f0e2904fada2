"""A goal of a team: what it wants to have done at work within some weeks, beside its own weeks before."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from upshot.web.accounts.models import Organisation, User

__all__ = ["TeamGoal"]


class TeamGoal(models.Model):
    """So many signed challenges within some weeks, of those in a team who chose to take part.

    Personal data: who set it (a link). Retired: the link goes with the account; ended by the manager, or by its day.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="team_goals")
    team = models.CharField(max_length=200)
    text = models.CharField(max_length=200)
    target = models.PositiveSmallIntegerField()
    starts = models.DateField()
    ends = models.DateField()
    set_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["-starts", "-pk"]
        indexes: ClassVar = [models.Index(fields=["organisation", "team", "ends"], name="motivation_goals_of_a_team")]

    def __str__(self) -> str:
        return f"team goal {self.pk}"
