"""A rule's id from its title: plain letters, and one that is not taken."""

import re
import unicodedata

__all__ = ["free_name"]


def free_name(title: str, text: str) -> str:
    """An id for a rule of this title that no rule of a document has.

    Examples
    --------
    >>> free_name("Grüße zum Start", "rules: [{id: gruse-zum-start}]")
    'gruse-zum-start-2'
    """
    plain = unicodedata.normalize("NFKD", title).replace("ß", "s").encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "rule"
    taken, number, found = set(re.findall(r"\bid:\s*[\"']?([A-Za-z0-9_.:-]+)", text)), 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found
