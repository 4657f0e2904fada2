"""What the plan covers, for one reader: spend, hours and people by objective, with the grades of answers there are."""

from django.conf import settings
from django.utils.module_loading import import_string

from upshot.plan import Document
from upshot.web.accounts.models import Organisation
from upshot.web.accounts.viewer import Viewer, workspace_of
from upshot.web.imports.kept import kept
from upshot.workspace.coverage import Coverage, audience_sizes, coverage_of
from upshot.workspace.disclosing import Disclosure

__all__ = ["coverage_for", "sizes_of"]


def coverage_for(viewer: Viewer, document: Document) -> Coverage:
    """The coverage of a plan; audiences are counted anew only when the facts or the plan change."""
    return coverage_of(
        document.plan,
        grades=import_string(settings.GRADES_OF)(viewer),
        disclosure=Disclosure(minimum=viewer.minimum_group),
        people=sizes_of(viewer.organisation, document),
    )


def sizes_of(organisation: Organisation, document: Document) -> dict[str, int | None]:
    """People in each audience by the roster, before any gate: for `coverage_of`, not for a page."""

    def make() -> dict[str, int | None]:
        return audience_sizes(document.plan, workspace_of(organisation))

    return kept("audiences", organisation, document.text, make=make)
