"""`upshot demo`: an invented bank and two real studies, loaded, answered and opened in the browser."""

import time
from pathlib import Path

import click

from upshot.errors import WorkspaceError

__all__ = ["demo"]

_HOST = "127.0.0.1"
_PORT = 8000
_TRIED = 20


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default="upshot-demo")
@click.option("--port", type=int, help=f"Port to listen on [default: the first free one from {_PORT}].")
@click.option("--no-serve", is_flag=True, help="Make it, say what it says, and end.")
def demo(folder: Path, port: int | None, no_serve: bool) -> None:
    """Make the demonstration in FOLDER and open it in the browser, until Ctrl+C.

    It holds Harbour, an invented bank whose numbers are simulated, and two real studies. What is there
    from an earlier time is kept; delete the folder to begin anew.
    """
    from upshot.workspace.demo import make_workspaces

    began = time.perf_counter()
    url = f"http://{_HOST}:{_PORT if no_serve else (port := _free(port))}"
    make_workspaces(folder, click.echo)
    from upshot.web import boot

    boot.setup(folder, demo=True, url=url)
    from upshot.web.home.demo.parts import PARTS, PASSWORD
    from upshot.web.home.demo.seeding import seed

    seed(folder.resolve(), click.echo)
    click.echo(f"\nDone in {time.perf_counter() - began:.0f} s.")
    if no_serve:
        click.echo(f"Open it in the browser: upshot demo {folder}")
        return
    click.echo(f"Open {url} in your browser; one button lets you in (Ctrl+C stops it).")
    click.echo(f"To sign in by hand: {PARTS[0].email}, password {PASSWORD}")
    from upshot.web.serving import serve

    serve(folder, host=_HOST, port=port or _PORT)


def _free(port: int | None) -> int:
    """The port asked for, or the first free one.

    Raises
    ------
    WorkspaceError
        If the port asked for is in use, or twenty in a row are.
    """
    from upshot.web.serving import free

    for candidate in [port] if port is not None else range(_PORT, _PORT + _TRIED - 1):
        try:
            free(_HOST, candidate)
        except WorkspaceError:
            if port is not None:
                raise
            continue
        return candidate
    free(_HOST, _PORT + _TRIED - 1)
    return _PORT + _TRIED - 1
