"""Several clients and several server processes at once: each id once, no batch lost, nothing late before the mark."""

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.web.lrs.http import Answer, Caller
from tests.xapi.builders import a_statement, an_agent

CLIENTS, ROUNDS = 8, 6


def together(jobs: list[Callable[[], Answer]]) -> list[Answer]:
    """The answers to requests that are sent at the same moment."""
    barrier = threading.Barrier(len(jobs))

    def run(job: Callable[[], Answer]) -> Answer:
        barrier.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_one_id_sent_by_many_at_once_is_stored_once(caller: Caller) -> None:
    for _ in range(ROUNDS):
        verb = f"https://example.com/verbs/{uuid.uuid4()}"
        statement = a_statement(id=str(uuid.uuid4()), verb={"id": verb})
        answers = together([lambda statement=statement: caller.post(statement)] * CLIENTS)
        assert [answer.status for answer in answers] == [200] * CLIENTS
        assert caller.ids(verb=verb) == [statement["id"]]


def test_of_different_statements_with_one_id_the_first_wins(caller: Caller) -> None:
    for _ in range(ROUNDS):
        verb, one = f"https://example.com/verbs/{uuid.uuid4()}", str(uuid.uuid4())
        sent = [a_statement(id=one, verb={"id": verb}, actor=an_agent(f"a{number}")) for number in range(CLIENTS)]
        answers = together([lambda statement=statement: caller.post(statement) for statement in sent])
        assert sorted(answer.status for answer in answers) == [200] + [409] * (CLIENTS - 1)
        assert caller.ids(verb=verb) == [one]


def a_batch(verb: str, shared: list[str]) -> list[dict[str, Any]]:
    """Statements that name what every other batch names, some of them under ids of every other batch."""
    own = [str(uuid.uuid4()) for _ in range(10)]
    return [
        a_statement(id=one, verb={"id": verb}, object={"id": f"https://example.com/{place % 5}",
                    "definition": {"name": {"en": "Thing"}}}, actor=an_agent(f"p{place % 3}"))
        for place, one in enumerate([*own, *shared])
    ]  # fmt: skip


def test_overlapping_batches_are_all_stored(caller: Caller) -> None:
    verb = f"https://example.com/verbs/{uuid.uuid4()}"
    shared = [str(uuid.uuid4()) for _ in range(10)]
    batches = [a_batch(verb, shared if number % 2 else shared[::-1]) for number in range(CLIENTS)]
    for batch in batches:
        for place, statement in enumerate(batch[10:]):
            statement.update(
                actor=an_agent("p0"), object={"id": f"https://example.com/{shared.index(statement['id'])}"}
            )
            assert place < 10
    answers = together([lambda batch=batch: caller.post(batch) for batch in batches])
    assert [answer.status for answer in answers] == [200] * CLIENTS
    expected = {statement["id"] for batch in batches for statement in batch}
    stored = caller.ids(verb=verb)
    assert sorted(stored) == sorted(expected)


def test_nothing_appears_before_the_instant_that_was_said_to_be_complete(caller: Caller) -> None:
    verb = f"https://example.com/verbs/{uuid.uuid4()}"
    stop = threading.Event()
    seen: list[tuple[str, set[str]]] = []

    def read() -> None:
        while not stop.is_set():
            answer = caller.send("GET", "statements", verb=verb, limit="500")
            through = answer.headers["x-experience-api-consistent-through"]
            seen.append((through, {statement["id"] for statement in answer.json["statements"]}))
            time.sleep(0.02)

    reader = threading.Thread(target=read)
    reader.start()
    jobs = [lambda: caller.post([a_statement(verb={"id": verb}) for _ in range(3)]) for _ in range(CLIENTS)]
    for _ in range(4):
        together(jobs)
    stop.set()
    reader.join()
    final = caller.send("GET", "statements", verb=verb, limit="500", ascending="true").json["statements"]
    assert len(final) == CLIENTS * 3 * 4
    assert [statement["stored"] for statement in final] == sorted({statement["stored"] for statement in final})
    for through, ids in seen:
        assert {statement["id"] for statement in final if statement["stored"] <= through} <= ids
    assert len(seen) > 1
