"""The ledger: it grows, it does not change, and tampering below it is found."""

import datetime as dt
import threading

import pytest
from django.db import DatabaseError, connection, transaction
from tests.web.cast import Cast, an_organisation

from upshot.web.ledger.chain import Break, first_break
from upshot.web.ledger.models import Entry
from upshot.web.ledger.services import append
from upshot.web.ledger.triggers import DROP


def three(cast: Cast) -> list[Entry]:
    for number in range(3):
        append(cast.organisation, "promise", subject=f"talks-{number}", body={"effect": 0.1 * number, "huge": 1e22})
    return list(Entry.objects.filter(organisation=cast.organisation))


def tamper(sql: str, *params: object) -> None:
    """Change a row behind the product's back, as somebody with the database could."""
    with connection.cursor() as cursor:
        for statement in DROP[connection.vendor]:
            cursor.execute(statement)
        cursor.execute(sql, params)


def broken(cast: Cast) -> Break | None:
    return first_break(Entry.objects.filter(organisation=cast.organisation).order_by("number"), cast.organisation.slug)


def test_a_ledger_that_was_only_written_to_holds(cast: Cast) -> None:
    entries = three(cast)
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert entries[2].previous == entries[1].seal
    assert entries[1].body == {"effect": 0.1, "huge": 1e22}
    assert broken(cast) is None


def test_the_product_refuses_to_change_or_remove_an_entry(cast: Cast) -> None:
    entry = three(cast)[0]
    entry.subject = "other"
    with pytest.raises(RuntimeError, match="cannot be changed"):
        entry.save()
    with pytest.raises(RuntimeError, match="cannot be removed"):
        entry.delete()


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_too(cast: Cast, act: str) -> None:
    three(cast)
    found = Entry.objects.filter(number=2)
    change = (lambda: found.update(subject="other")) if act == "update" else found.delete
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        change()
    assert Entry.objects.count() == 3


@pytest.mark.parametrize(
    ("sql", "params", "number", "said"),
    [
        ("UPDATE ledger_entry SET said = %s WHERE number = 2", ['{"effect":9}'], 2, "was changed"),
        ("UPDATE ledger_entry SET subject = %s WHERE number = 1", ["other"], 1, "was changed"),
        ("DELETE FROM ledger_entry WHERE number = 2", [], 2, "is missing"),
        ("UPDATE ledger_entry SET number = 7 WHERE number = 3", [], 3, "is missing"),
        ("UPDATE ledger_entry SET previous = %s WHERE number = 3", ["0" * 64], 3, "does not follow"),
    ],
)
def test_tampering_below_is_found_where_it_is(cast: Cast, sql: str, params: list[str], number: int, said: str) -> None:
    three(cast)
    tamper(sql, *params)
    found = broken(cast)
    assert found is not None
    assert found.number == number
    assert said in found.text


def test_removing_the_newest_entry_is_found_by_its_seal(cast: Cast) -> None:
    """A shortened chain holds by itself; whoever kept the last seal sees that it is gone."""
    last = three(cast)[-1].seal
    tamper("DELETE FROM ledger_entry WHERE number = 3")
    assert broken(cast) is None
    assert not Entry.objects.filter(seal=last).exists()


def test_an_entry_cannot_be_dated_before_the_newest(cast: Cast) -> None:
    three(cast)
    with pytest.raises(ValueError, match="before the newest"):
        append(cast.organisation, "result", subject="x", body={}, at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))


def test_numbers_that_are_not_finite_are_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        append(cast.organisation, "result", subject="x", body={"effect": float("nan")})


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_make_one_chain(home) -> None:
    organisation = an_organisation(home)

    def write() -> None:
        for number in range(5):
            append(organisation, "decision", subject=f"s{number}", body={})
        connection.close()

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    entries = list(Entry.objects.filter(organisation=organisation).order_by("number"))
    assert [entry.number for entry in entries] == list(range(1, 16))
    assert first_break(entries, organisation.slug) is None
