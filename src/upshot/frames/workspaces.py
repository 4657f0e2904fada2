"""`open_workspace`: the folder a firm works in, from a notebook."""

import os
from pathlib import Path

from upshot.workspace.folder import Workspace

__all__ = ["open_workspace"]


def open_workspace(path: str | os.PathLike[str]) -> Workspace:
    """Open the folder with ``upshot.toml``, ``plan.yaml`` and the lake.

    Parameters
    ----------
    path
        The folder; ``upshot init`` makes one.

    Returns
    -------
    Workspace
        With ``plan()``, ``lake()`` and where answers are kept.

    Raises
    ------
    WorkspaceError
        If the folder is no workspace.

    Examples
    --------
    >>> import tempfile
    >>> import upshot as up
    >>> from upshot.workspace.folder import Workspace
    >>> folder = tempfile.TemporaryDirectory()
    >>> made = Workspace.create(__import__("pathlib").Path(folder.name), organisation="Example Ltd")
    >>> up.open_workspace(folder.name).organisation
    'Example Ltd'
    >>> folder.cleanup()
    """
    return Workspace.open(Path(path))
