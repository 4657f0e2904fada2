"""Texts of surveys: those that ship with the product and an organisation's own, each parsed once."""

from functools import cache, lru_cache
from importlib.resources import files

from upshot.web.surveys.models import SurveyText
from upshot.web.surveys.questionnaire import Survey, parse_survey

__all__ = ["STANDARD", "standard_text", "survey_of"]

STANDARD = ("after-path", "manager-follow-up")
"""Surveys that ship with the product."""


@cache
def standard_text(name: str) -> str:
    """The text of a survey that ships with the product.

    Raises
    ------
    LookupError
        If there is none of this name.
    """
    if name not in STANDARD:
        raise LookupError(f"There is no standard survey {name!r}.")
    return (files("upshot.web.surveys") / "standard" / f"{name}.yaml").read_text(encoding="utf-8")


@lru_cache(maxsize=64)
def _parsed(body: str) -> Survey:
    return parse_survey(body)


def survey_of(text: SurveyText) -> Survey:
    """The survey a stored text says."""
    return _parsed(text.body)
