"""What it takes to bring statements to the lake: ``python benchmarks/lrs_lake.py --sizes 100000 1000000``.

The store is filled by SQL with statements that are all different; then a process of its own follows them into an empty
lake. Its greatest resident memory and its time are printed, beside the memory it had before it began.
"""

import argparse
import subprocess
import sys

from lrs_store import a_store

__all__ = ["main"]

_FILL = """
import sys
from pathlib import Path
from upshot.web import boot
boot.setup(Path(sys.argv[1]))
from django.db import connection, transaction
from upshot.web.accounts.models import Organisation
from upshot.web.lrs.store.prepared import written_moment
count, firm = int(sys.argv[2]), Organisation.objects.get().pk
first = 1_790_000_000_000_000
sql = ("INSERT INTO lrs_statement (organisation_id, stored, statement_id, verb_id, voided, voids, offset_minutes, "
       "payload) VALUES (%s, %s, %s, 1, false, false, 0, %s)")
def rows(start, end):
    for number in range(start, end):
        moment = written_moment(first + number * 1_000_000)
        yield firm, first + number, f"{number:032x}", (
            '{"stored":"%s","id":"00000000-0000-4000-8000-%012x","actor":{"account":{"homePage":'
            '"https://lms.example.com","name":"p%d"}},"verb":{"id":"https://example.com/v/completed"},"object":{"id":'
            '"https://example.com/activities/%d","definition":{"name":{"en":"Activity %d"}}},"result":{"score":'
            '{"scaled":0.8},"duration":"PT90S"},"context":{"extensions":{"https://example.com/note":"%s"}},"timestamp":"%s"}'
            % (moment, number, number % 20_000, number % 500, number % 500, "x" * 600, moment)).encode()
for start in range(0, count, 20_000):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(sql, rows(start, min(count, start + 20_000)))
"""

_FOLLOW = """
import resource, sys, time
from pathlib import Path
from upshot.web import boot
boot.setup(Path(sys.argv[1]))
from upshot.web.accounts.models import Organisation
from upshot.web.lrs.services.lake import follow
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before, began, used = peak(), time.perf_counter(), time.process_time()
done = follow(Organisation.objects.get())
took, cpu = time.perf_counter() - began, time.process_time() - used
print(f"{done.statements:,} statements, {done.added:,} records added in {took:.0f} s ({cpu:.0f} s of CPU); memory "
      f"before {before:.0f} MB, at most {peak():.0f} MB")
again = follow(Organisation.objects.get())
print(f"  again: {again.statements} statements, {again.added} records")
"""


def main() -> int:
    """Fill and follow at each size, each in a store of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    for size in parser.parse_args().sizes:
        with a_store() as store:
            for script, more in ((_FILL, [str(size)]), (_FOLLOW, [])):
                done = subprocess.run([sys.executable, "-c", script, str(store.home), *more], env=store.environment,
                                      check=True, capture_output=True, text=True)  # fmt: skip
                print(done.stdout, end="", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
