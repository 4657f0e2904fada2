"""One event study by a peer in a process of its own: ``python benchmarks/peers.py csdid FILE``, JSON out."""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any


def csdid(rows: Any) -> dict[str, Any]:
    """Callaway–Sant'Anna by csdid: group-time effects against the never-treated, then by event time."""
    study = import_module("csdid.att_gt").ATTgt(
        yname="sales", gname="start", idname="person", tname="period", data=rows, control_group=["nevertreated"]
    )
    found = study.fit(est_method="reg", bstrap=False).aggte(typec="dynamic", na_rm=True).atte
    names = [int(event) for event in found["egt"]]
    return _answer(names, found["att_egt"], found["se_egt"][0] if len(found["se_egt"]) == 1 else found["se_egt"])


def diff_diff(rows: Any) -> dict[str, Any]:
    """Callaway–Sant'Anna by diff-diff, likewise."""
    study = import_module("diff_diff").CallawaySantAnna(
        control_group="never_treated", estimation_method="reg", n_bootstrap=0
    )
    found = study.fit(
        rows, outcome="sales", unit="person", time="period", first_treat="start", aggregate="event_study"
    ).event_study_effects
    events = [event for event, effect in sorted(found.items()) if effect["se"] == effect["se"] and effect["se"] > 0]
    return _answer(events, [found[e]["effect"] for e in events], [found[e]["se"] for e in events])


def _answer(events: Any, estimates: Any, errors: Any) -> dict[str, Any]:
    pairs = zip(events, estimates, errors, strict=True)
    return {str(event): [float(estimate), float(error)] for event, estimate, error in pairs}


def main() -> None:
    """Read the file as these libraries want it, estimate, print."""
    import pandas as pd

    peer, file = sys.argv[1], Path(sys.argv[2])
    rows = pd.read_parquet(file)
    rows["start"] = rows["start"].fillna(0).astype("int64")
    print(json.dumps({"csdid": csdid, "diff-diff": diff_diff}[peer](rows)))


if __name__ == "__main__":
    main()
