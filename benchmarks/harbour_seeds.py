"""How often Harbour's answers come out as they must: many firms with the same truth, each made and answered whole.

    .venv/bin/python benchmarks/harbour_seeds.py --seeds 20

Every seed is another firm: other people, other luck, other lots. Each is exported, imported and
answered from the plan as locked, and each answer is held against what was planted.
"""

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from upshot.impact.estimate import Estimate
from upshot.workspace.answering import answer_initiative, no_training
from upshot.workspace.folder import Workspace
from upshot.workspace.harbour import GUARDRAIL, SEED, TRUTH, Planted, locked, make_harbour, mistakes


def answered(workspace: Workspace, planted: Planted) -> Estimate:
    """The answer to one planted effect, from the plan as it was locked."""
    untrained = no_training(workspace, planted.initiative)
    if untrained is not None:
        return untrained
    signed = locked(workspace.plan().plan, planted.initiative)
    return answer_initiative(workspace, planted.initiative, kpi_id=planted.kpi, locked=signed).estimate


def main() -> None:
    """Make, answer and judge the firms, and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=SEED)
    wanted = parser.parse_args()
    right: Counter[str] = Counter()
    letters: dict[str, Counter[str]] = {}
    for seed in range(wanted.first, wanted.first + wanted.seeds):
        with tempfile.TemporaryDirectory() as folder:
            workspace = make_harbour(Path(folder) / "harbour", seed=seed)
            for planted in (*TRUTH, GUARDRAIL):
                name = f"{planted.initiative} · {planted.kpi}"
                found = answered(workspace, planted)
                wrong = mistakes(planted, found)
                right[name] += not wrong
                letters.setdefault(name, Counter())[found.grade.letter if found.grade else "-"] += 1
                numbers = (found.estimate, found.std_error, found.naive.before_after if found.naive else None)
                shown = " ".join("–" if value is None else f"{value:.4g}" for value in numbers)
                print(f"{seed} {name}: {shown} {'; '.join(wrong) or 'right'}", flush=True)
    print()
    for name, count in right.items():
        grades = " ".join(f"{letter}{n}" for letter, n in sorted(letters[name].items()))
        print(f"{name}: {count} of {wanted.seeds} as they must ({grades})")


if __name__ == "__main__":
    main()
