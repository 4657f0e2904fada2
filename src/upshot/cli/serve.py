"""`upshot serve`: open a workspace in the browser."""

from pathlib import Path

import click

__all__ = ["serve"]


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--workers", default=1, show_default=True, help="Web server processes.")
@click.option("--url", help="Address under which people reach it, when a proxy stands in front.")
def serve(folder: Path, port: int, host: str, workers: int, url: str | None) -> None:
    """Open the workspace in FOLDER (default: the current one), or those in its folders, in the browser, until Ctrl+C.

    Pages are at /, health at /healthz. The first time, a link to make the first account is printed.
    """
    from upshot.web import boot
    from upshot.web.serving import free
    from upshot.web.serving import serve as run

    free(host, port)
    shown = url or f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 - compared, not bound
    boot.setup(folder, url=shown)
    boot.ensure_organisations(folder.resolve())
    for line in boot.greeting(shown):
        click.echo(line)
    run(folder, host=host, port=port, workers=workers)
