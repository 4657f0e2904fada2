"""Plan texts parsed, under the name by which the pages about the plan know it."""

from upshot.web.accounts.documents import parsed

__all__ = ["parsed"]
