"""The engine put to the proof: coverage by simulation, a placebo audit on real KPIs, and a set of traps."""
