"""One series, no comparison group: interrupted time series, honest about how little that shows."""

from upshot.impact.series.estimate import interrupted_time_series

__all__ = ["interrupted_time_series"]
