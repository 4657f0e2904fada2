"""The example notebook runs from top to bottom in a fresh kernel, and shows what it talks about."""

import asyncio
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "examples" / "notebooks" / "first-estimate.ipynb"


@pytest.fixture(scope="module")
def played(tmp_path_factory) -> nbformat.NotebookNode:
    folder = tmp_path_factory.mktemp("jupyter")
    kernel = folder / "kernels" / "python3"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "this Python", "language": "python"}))
    book = nbformat.read(NOTEBOOK, as_version=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder))
        patch.setenv("IPYTHONDIR", str(folder))
        client = NotebookClient(book, timeout=120, kernel_name="python3")
        with ThreadPoolExecutor(1) as thread:  # the main thread may hold the browser's event loop
            thread.submit(lambda: asyncio.run(client.async_execute())).result()
    return book


def outputs(book: nbformat.NotebookNode) -> list[dict[str, object]]:
    return [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]


def text(book: nbformat.NotebookNode) -> str:
    return "\n".join(str(out.get("text") or out.get("data", {}).get("text/plain", "")) for out in outputs(book))


def test_every_cell_runs_and_says_something(played):
    code = [cell for cell in played.cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in code)
    assert not [out for out in outputs(played) if out["output_type"] == "error"]


def test_it_shows_the_sentence_the_grade_and_the_dashboards_figures(played):
    said = text(played)
    assert "It raised sales by" in said
    assert "('B', True)" in said
    assert "dashboard: after against before" in said


def test_it_draws_the_event_study_without_the_network(played):
    drawn = [out["data"] for out in outputs(played) if "image/svg+xml" in out.get("data", {})]
    assert len(drawn) == 2
    assert "by time since the start" in drawn[0]["text/plain"]


def test_it_shows_an_honest_refusal_and_a_plan(played):
    said = text(played)
    assert "We cannot tell what this did to sales" in said
    assert "the smallest effect on sales that is seen 80% of the time" in said


def test_the_notebook_in_the_repository_holds_no_output():
    book = nbformat.read(NOTEBOOK, as_version=4)
    assert outputs(book) == []
    assert all(cell.execution_count is None for cell in book.cells if cell.cell_type == "code")
