"""Import one file: read, check, compare with the lake, and store everything that holds at once."""

import contextlib
import dataclasses
import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from upshot.errors import FeedError, Problem, ProfileError
from upshot.lake import TABLES, Compared, Import, Lake, Staging, new_import_id
from upshot.sources.dates import readable
from upshot.sources.formats import settle_formats
from upshot.sources.headers import Bound, bind, expected_headers
from upshot.sources.opening import empty_file, fingerprint
from upshot.sources.profile import Feed, Profile
from upshot.sources.profile_yaml import load_profile
from upshot.sources.rejects import Rejects, write_rejects
from upshot.sources.report import ImportReport
from upshot.sources.rows import Translator
from upshot.sources.tabular import Tabular, open_tabular

__all__ = ["Progress", "import_feed"]

Progress = Callable[[int, int], None]
Listed = list[tuple[int, str, str, str]]

_PREVIEW = 5


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What one import works on."""

    lake: Lake
    feed: Feed
    path: Path
    profile: Profile
    dry_run: bool
    as_of: dt.datetime
    import_id: str
    fingerprint: str
    notes: tuple[str, ...]
    now: dt.datetime


def import_feed(
    lake: Lake,
    feed: Feed,
    path: str | Path,
    profile: Profile | str | Path,
    *,
    dry_run: bool = False,
    as_of: dt.date | None = None,
    progress: Progress | None = None,
    rejects_path: str | Path | None = None,
) -> ImportReport:
    """Import a people, learning or KPI file; nothing is half-imported, and a second time changes nothing.

    Parameters
    ----------
    lake
        Where the rows go.
    feed, path, profile
        What the file is, where it is, and the mapping profile (or its name or path).
    dry_run
        Read and check everything, write nothing, and show the first rows as they would be stored.
    as_of
        The day (or instant) the file's readings were stated, and from which a people file without dates
        holds. Default: when this very file was first imported, else now.
    progress
        Called with the bytes read and the bytes in all.
    rejects_path
        Where rows not taken are listed. Default: ``rejects/`` beside the lake's folder.

    Raises
    ------
    ProfileError
        If the profile has mistakes or is for another feed.
    FeedError
        If the file cannot be read or mapped. Nothing is stored then.
    """
    chosen = profile if isinstance(profile, Profile) else load_profile(profile)
    if chosen.feed != feed:
        text = f"The profile {chosen.name!r} is for the {chosen.feed} feed, not for {feed}."
        raise ProfileError(Problem(code="feed", text=text, fix=f"Use a {feed} profile."))
    job = _job(lake, feed, Path(path), chosen, dry_run=dry_run, as_of=as_of)
    table = open_tabular(job.path, chosen.file, expected_headers(chosen))
    bound, found = settle_formats(table, bind(chosen, table.headers, job.path.name), chosen, job.path.name)
    notes = (*job.notes, *table.notes, *found, *_zone_note(chosen, bound, job.path.name))
    rejects = (
        lake.folder.parent / "rejects" / f"{job.path.name}.rejects.csv" if rejects_path is None else Path(rejects_path)
    )
    with contextlib.ExitStack() as stack:
        aside = None
        if dry_run:
            aside = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="upshot-")))
        else:
            stack.enter_context(lake.writing())
        staging = stack.enter_context(lake.staging(_TABLE[feed], job.import_id, aside=aside))
        return _run(dataclasses.replace(job, notes=notes), table, bound, staging, aside, progress, rejects)


_TABLE = {"people": "people", "learning": "learning", "kpis": "kpis"}


def _job(lake: Lake, feed: Feed, path: Path, profile: Profile, *, dry_run: bool, as_of: dt.date | None) -> _Job:
    now = dt.datetime.now(dt.UTC)
    if not path.is_file():
        raise FeedError(Problem(code="no-file", text="There is no such file.", fix="Check the path.", file=str(path)))
    mark = fingerprint(path)
    stated, notes = _stated(lake, feed, profile, mark, as_of, now)
    return _Job(
        lake=lake,
        feed=feed,
        path=path,
        profile=profile,
        dry_run=dry_run,
        as_of=stated,
        import_id=new_import_id(now),
        fingerprint=mark,
        notes=notes,
        now=now,
    )


def _stated(
    lake: Lake, feed: Feed, profile: Profile, mark: str, as_of: dt.date | None, now: dt.datetime
) -> tuple[dt.datetime, tuple[str, ...]]:
    """When the rows were stated, so that an old file imported again does not overrule a newer one."""
    if isinstance(as_of, dt.datetime):
        return as_of.astimezone(dt.UTC), ()
    if as_of is not None:
        return dt.datetime(as_of.year, as_of.month, as_of.day, tzinfo=dt.UTC), ()
    for earlier in lake.imports():
        same = (earlier.feed, earlier.fingerprint, earlier.profile_fingerprint) == (feed, mark, profile.fingerprint)
        if same and earlier.as_of is not None:
            return earlier.as_of, (
                f"This file was imported before, on {earlier.at:%Y-%m-%d}; its rows keep that as_of.",
            )
    note: tuple[str, ...] = ()
    if feed == "people" and "valid_from" not in profile.fields:
        first = "a new person's row holds from hired, a change" if profile.first_valid_from == "hired" else "rows hold"
        note = (f"The profile maps no valid_from: {first} from {now:%Y-%m-%d}, the day of this import.",)
    return now, note


def _zone_note(profile: Profile, bound: Mapping[str, Bound], file: str) -> Iterator[str]:
    """Say which zone is used; refuse clock times in no zone at all."""
    at = bound.get("at") if profile.feed == "learning" else None
    if at is None:
        return
    clock = any(("%H" in f or "%I" in f) and "%z" not in f for f in at.spec.formats)
    if clock and profile.time_zone is None:
        text = "The times carry no offset and the profile names no time zone."
        fix = "Set time_zone in the profile, such as Europe/Zurich, or UTC if the system exports so."
        raise ProfileError(Problem(code="time-zone", text=text, fix=fix, file=file, column=at.header))
    if clock:
        yield f"Times without an offset were read as {profile.time_zone}."


def _run(
    job: _Job,
    table: Tabular,
    bound: Mapping[str, Bound],
    staging: Staging,
    aside: Path | None,
    progress: Progress | None,
    rejects_path: Path,
) -> ImportReport:
    known = job.lake.query("SELECT DISTINCT person FROM stored_people")["person"].combine_chunks()
    work = Translator(job.profile, bound, job.as_of, job.import_id, known_people=known)
    for batch in table.batches(work.columns(), _counter(job.path, progress)):
        for staged in work.translate(batch):
            if staged.batch.num_rows:
                staging.write(staged.batch, staged.rows, group=staged.group)
    _count_bad_lines(work, table)
    if not work.tally.lines and not table.ragged:
        raise empty_file(job.path)
    compared = staging.compare(job.lake.known_accounts() if job.feed == "learning" else None)
    _note_refused(work, compared)
    with job.lake.staging("accounts", job.import_id, aside=aside) as accounts:
        _stage_accounts(job, work, accounts)
        listed = work.rejects.by_line(table.locate, ragged=table.ragged)
        _add_hints(work.rejects, listed, bound, job.profile)
        if not job.dry_run:
            staging.commit()
            accounts.commit()
    return _close(job, work, compared, staging, listed, rejects_path)


def _counter(path: Path, progress: Progress | None) -> Callable[[int], None] | None:
    if progress is None:
        return None
    total, done = path.stat().st_size, 0

    def count(read: int) -> None:
        nonlocal done
        done = min(done + read, total)
        progress(done, total)

    return count


def _count_bad_lines(work: Translator, table: Tabular) -> None:
    records = table.ragged * work.readings_per_line()
    work.tally.rows_in += records
    work.tally.rejected += records


def _note_refused(work: Translator, compared: Compared) -> None:
    """Rows that contradict the file or the lake, with the header they are about."""
    for one in compared.refused:
        column = _column_of(work, one.group)
        work.rejects.add(pa.array([one.row]).to_numpy(), column, pa.array([one.value], pa.string()), one.reason)
    work.tally.rejected += len(compared.refused)


def _column_of(work: Translator, group: str) -> str:
    if work.profile.feed != "kpis":
        return work.bound["person"].header
    for name in (f"{group}.value", f"{group}.numerator", "value", "numerator"):
        if name in work.bound:
            return work.bound[name].header
    return group


def _stage_accounts(job: _Job, work: Translator, staging: Staging) -> None:
    """Accounts the people file names become merge events; those of somebody else are refused."""
    if not work.accounts:
        return
    schema = TABLES["accounts"].schema
    first = job.lake.next_account_event()
    rows = [
        {
            "seq": first + place,
            "account": account,
            "person": person,
            "event": "merge",
            "at": job.now,
            "reason": None,
            "source": job.profile.name,
            "import_id": job.import_id,
        }
        for place, (_, account, person) in enumerate(work.accounts)
    ]
    numbers = pa.array([row for row, _, _ in work.accounts], pa.int64()).to_numpy()
    staging.write(pa.RecordBatch.from_pylist(rows, schema=schema), numbers)
    for one in staging.compare().refused:
        system = (one.value or "").partition(":")[0]
        column = work.bound[f"accounts.{system}"].header
        work.rejects.add(pa.array([one.row]).to_numpy(), column, pa.array([one.value]), "account-of-another")


def _add_hints(rejects: Rejects, listed: Listed, bound: Mapping[str, Bound], profile: Profile) -> None:
    """For dates that were not read: how they could be read, so that the profile can be corrected."""
    headers = {b.header for b in bound.values() if b.spec.kind in ("date", "instant")}
    for _, column, value, reason in listed:
        key = (column, reason)
        if reason == "not-a-date" and column in headers and key not in rejects.hints:
            formats = readable(value.strip(), profile.file.months)
            if formats:
                rejects.hints[key] = f"{value!r} could be read as {' or '.join(formats)}."


def _close(
    job: _Job, work: Translator, compared: Compared, staging: Staging, listed: Listed, rejects_path: Path
) -> ImportReport:
    tally = work.tally
    if not job.dry_run:
        _keep_rejects(rejects_path, work.rejects, listed)
        job.lake.log(
            Import(
                import_id=job.import_id,
                feed=job.feed,
                at=job.now,
                source=job.profile.name,
                file=job.path.name,
                fingerprint=job.fingerprint,
                profile_fingerprint=job.profile.fingerprint,
                as_of=job.as_of,
                rows_in=tally.rows_in,
                rows_taken=compared.taken,
                rows_already_there=compared.already_there,
                rows_left_out=tally.left_out,
                rows_rejected=tally.rejected,
            )
        )
    return ImportReport(
        feed=job.feed,
        profile=job.profile.name,
        file=job.path.name,
        fingerprint=job.fingerprint,
        as_of=job.as_of,
        dry_run=job.dry_run,
        import_id=None if job.dry_run else job.import_id,
        lines=tally.lines + len(work.rejects.bad_lines),
        rows_in=tally.rows_in,
        rows_taken=compared.taken,
        rows_already_there=compared.already_there,
        rows_left_out=tally.left_out,
        rows_rejected=tally.rejected,
        problems=work.rejects.problems(listed, job.path.name),
        notes=job.notes,
        rejects_path=rejects_path if listed and not job.dry_run else None,
        preview=staging.preview(_PREVIEW) if job.dry_run else None,
    )


def _keep_rejects(path: Path, rejects: Rejects, listed: Listed) -> None:
    """Write the rejects; a list left from an earlier try of the same file goes when nothing is refused now."""
    if not listed:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    write_rejects(path, rejects, listed)
