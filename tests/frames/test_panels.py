"""One panel in every container a caller may hold gives the same answer, and its faults in a caller's words."""

import math

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet
import pytest

import upshot as up

COLUMNS = {"unit": "person", "time": "month", "outcome": "sales", "first_treated": "started"}
CONTAINERS = ("csv", "csv.gz", "parquet", "pandas", "polars", "lazy polars", "pyarrow", "duckdb")


def a_panel() -> pa.Table:
    return up.simulate_rollout(n=90, periods=8, waves=("2025-04", "2025-06"), seed=11)


def held(table: pa.Table, container: str, folder) -> object:
    """The same rows in another container."""
    match container:
        case "csv" | "csv.gz":
            path = folder / f"panel.{container}"
            pa_csv.write_csv(table, pa.CompressedOutputStream(path, "gzip") if container == "csv.gz" else path)
            return str(path)
        case "parquet":
            pa_parquet.write_table(table, folder / "panel.parquet")
            return folder / "panel.parquet"
        case "pandas":
            return table.to_pandas()
        case "polars":
            return pl.from_arrow(table)
        case "lazy polars":
            return pl.from_arrow(table).lazy()  # type: ignore[union-attr]
        case "duckdb":
            connection = duckdb.connect()
            connection.register("panel", table)
            return connection.sql("SELECT * FROM panel")
    return table


def plain(answer: up.Answer) -> dict[str, object]:
    """The answer as JSON types, but for the fingerprint of the bytes it was read from."""
    found = answer.to_dict()
    assert len(found["provenance"].pop("data_fingerprint")) == 64
    return found


def rounded(value: object) -> object:
    """Numbers as approximations that compare to nine digits, everything else as it is."""
    if isinstance(value, dict):
        return {name: rounded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return Near(value) if isinstance(value, float) else value


class Near(float):
    """A number that equals any other within 1e-9 of its size (1e-12 near zero)."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, float) and math.isclose(self, other, rel_tol=1e-9, abs_tol=1e-12)

    __hash__ = float.__hash__


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize(
    "options",
    [
        {"aggregation": "event"},
        {"cluster": "team", "assignment": "random", "covariance": True},
        {"strata": ["region"]},
        {"outcome": "won", "denominator": "offers", "aggregation": "group"},
    ],
    ids=["event", "clusters", "strata", "ratio"],
)
def test_the_container_does_not_change_the_answer(container, options, tmp_path):
    """Exactly; where ids are text (CSV), people are summed in another order, so to rounding (1e-9 relative)."""
    table = a_panel()
    expected = plain(up.estimate(table, **{**COLUMNS, **options}))
    found = plain(up.estimate(held(table, container, tmp_path), **{**COLUMNS, **options}))
    if container.startswith("csv"):
        assert rounded(found) == rounded(expected)
        assert found["estimate"] == pytest.approx(expected["estimate"], rel=1e-12)
    else:
        assert found == expected


@pytest.mark.parametrize("container", CONTAINERS)
def test_dates_read_alike_in_every_container(container, tmp_path):
    table = a_panel()
    for name in ("month", "started"):
        first = pc.binary_join_element_wise(table[name], "01", "-")
        table = table.set_column(table.column_names.index(name), name, first.cast(pa.date32()))
    expected = up.estimate(a_panel(), **COLUMNS)
    found = up.estimate(held(table, container, tmp_path), **COLUMNS)
    assert found.estimate == pytest.approx(expected.estimate, rel=1e-12)
    assert found.std_error == pytest.approx(expected.std_error, rel=1e-12)
    assert found.terms[0].period == "2025-02-01"


def test_pandas_writes_starts_as_floats_and_they_still_read_as_periods():
    frame = a_panel().to_pandas()
    codes = {month: index + 1 for index, month in enumerate(sorted(frame["month"].unique()))}
    frame = frame.assign(month=frame["month"].map(codes), started=frame["started"].map(codes))
    assert frame["started"].dtype == np.float64
    assert up.estimate(frame, **COLUMNS).estimate == up.estimate(a_panel(), **COLUMNS).estimate


@pytest.mark.parametrize("grain", ["M", "Q"])
def test_pandas_periods_and_categories_are_read_as_what_they_show(grain):
    frame = up.simulate_rollout(n=60, periods=12, seed=5).to_pandas()
    if grain == "Q":
        frame = frame[frame["month"].str[-2:].isin(["01", "04", "07", "10"])]
        frame = frame[~frame["started"].isin(["2025-09", "2025-11"])]
    texts = frame if grain == "M" else frame.assign(month=quarter(frame["month"]), started=quarter(frame["started"]))
    spans = frame.assign(
        month=pd.PeriodIndex(frame["month"], freq=grain),
        started=pd.PeriodIndex(frame["started"], freq=grain),
        person=frame["person"].astype(str).astype("category"),
    )
    assert rounded(plain(up.estimate(spans, **COLUMNS))) == rounded(plain(up.estimate(texts, **COLUMNS)))


def quarter(months: pd.Series) -> pd.Series:
    return months.map(lambda month: f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}", na_action="ignore")


def test_rows_in_any_order_give_the_same_numbers_to_rounding():
    table = a_panel()
    shuffled = table.take(np.random.default_rng(3).permutation(table.num_rows))
    one, other = up.estimate(table, **COLUMNS), up.estimate(shuffled, **COLUMNS)
    assert other.estimate == pytest.approx(one.estimate, rel=1e-12)
    assert other.std_error == pytest.approx(one.std_error, rel=1e-12)


def test_nan_in_a_polars_start_is_never_started():
    codes = {f"2025-{month:02d}": float(month) for month in range(1, 9)}
    frame = pl.from_arrow(a_panel()).with_columns(
        pl.col("month").replace_strict(codes),
        pl.col("started").replace_strict(codes, default=float("nan")),
    )
    assert up.estimate(frame, **COLUMNS).estimate == up.estimate(a_panel(), **COLUMNS).estimate


def test_the_fingerprint_follows_the_used_columns_and_nothing_else():
    table = a_panel()
    batched = pa.concat_tables([table.slice(0, 100), table.slice(100)])
    noted = table.replace_schema_metadata({"made": "yesterday"}).drop_columns(["offers", "won"])
    marks = {fingerprint(t) for t in (table, batched, noted, table.to_pandas(), pl.from_arrow(table))}
    assert len(marks) == 1
    changed = table.set_column(table.column_names.index("sales"), "sales", pc.add(table["sales"], 1e-9))
    assert fingerprint(changed) not in marks


def fingerprint(data: object) -> str:
    return up.moments(data, **COLUMNS).fingerprint


def test_one_scan_answers_every_question_as_a_fresh_scan_would():
    table = a_panel()
    panel = up.moments(table, **COLUMNS)
    for how in ("simple", "event", "group", "calendar"):
        kept = up.answer(panel, up.Design(aggregation=how, outcome="sales"))
        assert kept.to_dict() == up.estimate(table, **COLUMNS, aggregation=how).to_dict()


def test_bare_moments_are_answered_with_numbers_for_periods():
    panel = up.moments(a_panel(), **COLUMNS)
    bare = up.answer(panel.moments)
    assert bare.estimate == up.answer(panel).estimate
    assert bare.provenance is None
    assert isinstance(bare.terms[0].period, int)


def test_repeated_cross_sections_need_no_unit():
    rows = up.simulate_rollout(n=300, cross_section=True, seed=2)
    columns = {name: column for name, column in COLUMNS.items() if name != "unit"}
    found = up.estimate(rows, **columns, repeated_cross_section=True)
    assert found.n_units == rows.num_rows
    assert found.conf_low < 1.0 < found.conf_high


def test_everyone_at_once_is_refused_with_the_reason_and_no_number():
    everyone = up.simulate_rollout(n=60, waves=("2025-07",), never_share=0)
    found = up.estimate(everyone, **COLUMNS)
    assert found.estimate is None
    assert found.grade.letter == "D"
    assert "everyone starts together" in found.claim
    assert not found.claimable


def test_columns_that_are_not_there_are_named_all_at_once_with_the_nearest():
    with pytest.raises(up.InputError) as caught:
        up.estimate(a_panel(), unit="persn", time="month", outcome="sale", first_treated="started")
    assert [problem.code for problem in caught.value.problems] == ["no-such-column", "no-such-column"]
    assert "Did you mean 'person'?" in str(caught.value)


def test_problems_are_told_with_parameters_not_with_command_line_options():
    table = a_panel()
    twice = pa.concat_tables([table, table])
    with pytest.raises(up.PanelError, match="repeated_cross_section") as caught:
        up.estimate(twice, **COLUMNS)
    assert "--" not in str(caught.value)


def test_cautions_are_told_with_parameters_not_with_command_line_options():
    found = up.estimate(a_panel().slice(3), **COLUMNS)
    caution = next(c for c in found.cautions if c.code == "incomplete-units-dropped")
    assert caution.text == "1 people are not seen in every period and are left out; unbalanced keeps them."


def test_an_object_that_holds_no_rows_is_refused_by_its_type():
    with pytest.raises(up.InputError, match="object of type set"):
        up.estimate({1, 2}, **COLUMNS)


def test_a_unit_is_required_of_a_panel():
    with pytest.raises(up.PanelError, match="Name it with unit"):
        up.estimate(a_panel(), time="month", outcome="sales", first_treated="started")
