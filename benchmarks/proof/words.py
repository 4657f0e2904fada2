"""The fixed sentences of docs/explanation/proof.md; no figure in them comes from a run."""

__all__ = [
    "BLIND_WORDS",
    "COVERAGE_WORDS",
    "HEAD",
    "HOW",
    "LOT_WORDS",
    "PICKED_WORDS",
    "TRAP_WORDS",
    "WEAK",
]

HEAD = """
# Proof: what happens when you try to break it

This page is for whoever doubts the numbers. It is written by `make proof` (`python -m benchmarks.proof`), which runs
every simulation below and prints what came out, good or bad; nothing is entered by hand. Published numbers and
reference implementations, to nine digits and more, are the business of the fast test suite; this page asks what no
reference can answer: do the intervals hold, does the product claim effects of programmes that did nothing, and is it
fooled where dashboards are?
"""

COVERAGE_WORDS = """
Each replication draws a new firm and asks the engine for its headline and standard error, as `upshot estimate` would
get them. Unless the name says otherwise: 8 periods, starts in periods 4 and 6, two in five never start; people have a
level of their own (s.d. 1) and AR(1) noise (s.d. 1, carry 0.3); early starters have higher levels; effects differ
between people (mean 1, s.d. 0.5) and grow from half to full after the start. CS is Callaway & Sant'Anna (2021), RS is
Roth & Sant'Anna (2023).

- **coverage**: share of 95 % intervals that hold the truth. For CS that is the population's effect, weighted as the
  estimator weights it; for RS that of the very people in the firm, since its inference is about the lot.
- **size**: share of firms without any effect in which the interval excludes zero; nominal 5.
- **power**: the same with a constant effect of 2.8 standard deviations of the estimate, at which an exact normal test
  has 80. Adding a constant to treated readings shifts every one of these estimates by it and leaves the standard error
  as it is, so the firms of *size* are used again.
- **±** is the Monte Carlo standard error. Rows named *to fail* show that the simulation can tell: they must be off.
"""

LOT_WORDS = """
Real KPI panels, whoever was really treated; fake programmes that did nothing, because they were drawn here. Every
fake takes a random excerpt (1,500 of 7,785 officers and 12 of 72 months; 400 of 500 counties; 50 of 54 firms; 1,200
enrolments), and deals out one to three waves, with or without a group that never starts. Each fake is put to the
engine twice: once with the lot on record (Roth & Sant'Anna, up to grade A), once as if nobody knew how people came to
it (Callaway & Sant'Anna, up to grade B). A *claim* is a 95 % interval without zero at grade A or B. At most 5 in 100
may be claimed; the exact 95 % binomial interval is in brackets. Fakes of one panel share its data, so intervals over
panels are a little too narrow. Real teams are states and course-by-region groups; officers and firms have none on
record.
"""

PICKED_WORDS = """
The same panels, but the third of the people with the most extreme earlier readings is sent. *Worst in the last
readings* takes the highest complaints and scrap (for marks and employment it is the best), so chance alone brings them
back: regression to the mean. Any claim here is false. The plan says once that managers chose, and once, wrongly, that a
lot was drawn.
"""

TRAP_WORDS = """
Simulated firms of 600 people and 12 months (60 in the small one), KPI about 10, s.d. between people 1.4; starts in
month 7. Dashboard figures and Upshot's number are means over all firms; the grades are shares of firms. *Told wrongly*
is grade A or B with the truth outside the interval; 5 would be the price of a 95 % interval where nothing is wrong.
Upshot's number at grade D is shown here for the record; the product prints none. A trap is either refused or doubted,
or solved, in that the number is right although the dashboard's is not.
"""

BLIND_WORDS = """
No method can read from a panel what left no mark in it. In these firms Upshot says something wrong with confidence, and
so would everybody else with the same columns. What helps is in the plan, not in the arithmetic: record every
initiative, name the teams, freeze the KPI's definition for a year around the launch, read a whole season before it, let
the comparison group have the same attention, and draw a lot rather than pick people on the very KPI that is judged:
whoever is picked on its average goes back to the mean at the start and not before, which no trend can show.
"""

WEAK = """
## How to read the weak spots

- An interval is only as good as the normal quantile it uses. With few treated, few teams or a KPI that a handful of
  units decides (scrap in 54 firms), coverage falls below 95. `few-units` caps the grade at C under 40 units. Above
  that, with some 15 to 40 units in a wave, Roth and Sant'Anna's plug-in slope and refined error still cost some size,
  as the rows for 60 people and for teams show here and in the audit. The test by lot (`upshot.impact.inference`) has
  no such fault.
- A test that did not fire is no proof. People picked on the KPI's own average before the start are claimed far more
  often than nominal: luck lifts all their earlier readings alike, and leaves at the start. Nearly all of those picked
  on recent readings or on trend are caught. A plan that wrongly asserts a lot is caught by the balance check, except
  where the KPI is so rare that few people have any reading but zero.
- A pre-trend test that gates the grade changes the distribution of what passes (Roth 2022). The column *of those graded
  A or B* is the figure that holds after the gate.
- The checks also refuse some sound answers (grade D among the lots above). That costs answers, not truth.
- Sensitivity to violations of parallel trends is stated in each answer (Rambachan & Roth 2023); its own coverage is
  held by `tests/impact/honest/test_coverage.py`. Experiments, interrupted series, spells, synthetic comparisons,
  counts and few clusters have simulations of their own beside their tests (`pytest -m slow`).
"""

HOW = """
## Run it yourself

`make proof` runs everything on one core. `python -m benchmarks.proof audit --fakes 500` runs one part with other
settings, `python -m benchmarks.proof page` only writes this page again from `benchmarks/proof/results/`. Every named
simulation has a random stream of its own (the seed and the name's CRC-32), so adding one changes no other. In the audit
and the traps the sensitivity analysis is left out and bands are drawn coarsely: neither can enter an interval or a
grade, which `tests/proof` checks. Panels: officers and firms as packaged with the two studies, counties from
`tests/data/mpdta`, courses from `tests/data/panels`, each with its card.
"""
