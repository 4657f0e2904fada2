"""How results are read: KPIs, where their readings come from, what a unit is worth, and competencies."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Annotated, Literal, Self

from upshot.plan.objectives import Id
from upshot.plan.values import AtLeast, Duration, Only

__all__ = ["Competency", "Grain", "Kpi", "KpiType", "Source", "Value"]

KpiType = Literal["mean", "ratio", "count", "binary", "ordinal", "duration", "simple"]
TimeGrain = Literal["day", "week", "month", "quarter", "year"]
Aggregate = Literal["average", "sum", "median", "min", "max", "count", "count_distinct"]

_COUNTS = frozenset({"count", "count_distinct"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grain:
    """The level rows are kept at: one reading for each entity and period."""

    entity: Annotated[str, "What one row is about: `person`, `employee`, `team` or `site`."] = "person"
    time: Annotated[TimeGrain, "How long one period is."] = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where readings come from: a query over a connection, or readings already in the lake."""

    connection: Annotated[str | None, "Name of a database connection."] = None
    sql: Annotated[str | None, "The query, one row for each entity and period."] = None
    sql_file: Annotated[str | None, "A file with the query, beside the plan."] = None
    feed: Annotated[str | None, "Name of an imported feed in the workspace's lake."] = None
    kpi: Annotated[str | None, "The KPI's name in the lake; default the KPI's own id."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What one unit is worth, who agreed it and when."""

    amount: Annotated[float, "Money for one unit, in the plan's currency."]
    per: Annotated[str | None, "What the unit is; default one unit of the KPI."] = None
    agreed_by: Annotated[str | None, "Who agreed the amount: a key of `owners`."] = None
    date: Annotated[dt.date | None, "When it was agreed."] = None
    source: Annotated[str | None, "Where the amount is written down."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """A result the business reads, with its definition."""

    id: Annotated[Id, "Name other parts of the plan refer to."]
    type: Annotated[KpiType, "What kind of number it is; `simple` with an `agg` is read as `mean` or `count`."] = "mean"
    label: Annotated[str | None, "How it is printed; default the id."] = None
    definition: Annotated[str | None, "What is counted, when and by whom, in words."] = None
    agg: Annotated[
        Aggregate | None, Only(("simple", "mean", "count")), "How rows form one reading; default `average` for `mean`."
    ] = None
    measure: Annotated[str | None, "Column that holds the value; default the lake's `value`."] = None
    numerator: Annotated[str | None, Only(("ratio",)), "Column above the line; a `ratio` needs it."] = None
    denominator: Annotated[str | None, Only(("ratio",)), "Column below the line; a `ratio` needs it."] = None
    exposure: Annotated[
        str | None, Only(("count", "simple")), "Column with the opportunities counted over (cases, hours)."
    ] = None
    levels: Annotated[
        tuple[str, ...], Only(("ordinal",)), "Answers from lowest to highest; an `ordinal` needs two or more."
    ] = ()
    event: Annotated[
        str | None, Only(("duration",)), "Column that says whether the time ended (1) or was cut off (0)."
    ] = None
    unit: Annotated[str | None, "The unit of a reading, such as `proportion`, `minutes` or `EUR`."] = None
    direction: Annotated[Literal["up", "down", "hold-within"] | None, "Which way is better."] = None
    within: Annotated[tuple[float, ...], "Lowest and highest good reading, for `hold-within`."] = ()
    grain: Annotated[Grain, "The level rows are kept at."] = Grain()
    dimensions: Annotated[tuple[str, ...], "Columns readings can be sliced by; audiences may name them."] = ()
    source: Annotated[Source, "Where readings come from; default the lake, under the KPI's own id."] = Source()
    freshness: Annotated[Duration | None, "How old the newest reading may be; default not watched."] = None
    in_use_since: Annotated[dt.date | None, "Since when the business reads it."] = None
    min_cell: Annotated[int, AtLeast(5), "Never shown for fewer people than this."] = 5
    owner: Annotated[str | None, "Who answers for the definition: a key of `owners`."] = None
    value_per_unit: Annotated[Value | None, "What one unit is worth; without it no money is shown."] = None
    guardrail_for: Annotated[tuple[str, ...], "KPIs that may improve only while this one does not get worse."] = ()
    moves_with: Annotated[tuple[str, ...], "Other causes to watch, named before the data are seen."] = ()

    @property
    def spoken(self) -> str:
        """The label as it stands in the middle of a sentence: its first letter small, unless it begins an acronym."""
        label = self.label or self.id
        return label if label[1:2].isupper() or label[1:2].isdigit() else label[:1].lower() + label[1:]

    def resolved(self) -> Self:
        """The same KPI with the defaults that depend on other keys written in."""
        kind: KpiType = self.type
        if kind == "simple" and self.agg is not None:
            kind = "count" if self.agg in _COUNTS else "mean"
        agg: Aggregate | None = "average" if kind == "mean" and self.agg is None else self.agg
        in_lake = self.source.connection is None and self.source.sql is None and self.source.sql_file is None
        source = replace(self.source, kpi=self.id) if in_lake and self.source.kpi is None else self.source
        return replace(self, type=kind, agg=agg, label=self.label or self.id, source=source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Competency:
    """Something people can do, with levels one can observe."""

    id: Annotated[Id, "Name other parts of the plan refer to."]
    label: Annotated[str | None, "How it is printed; default the id."] = None
    levels: Annotated[tuple[str, ...], "Levels from lowest to highest."] = ()
    case_uri: Annotated[str | None, "The competency's identifier in a CASE framework."] = None

    def resolved(self) -> Self:
        """The same competency with its label written in."""
        return replace(self, label=self.label or self.id)
