"""The chain of an initiative as one self-contained picture, light and dark, with words for those who cannot see it."""

import textwrap
from xml.sax.saxutils import escape

from upshot.plan.chain import Entry, Stage, chain
from upshot.plan.initiatives import Initiative
from upshot.plan.promise import Plan

__all__ = ["chain_svg"]

_COLUMN, _GAP, _MARGIN = 236, 34, 28
_TOP, _LINE, _PAD = 112, 18, 12
_CARD_SPACE = 10
_CHARACTERS = 30

_STYLE = """
.paper{fill:#fbfaf8}.card{fill:#ffffff;stroke:#d9d5ce}.ink{fill:#22201c}.soft{fill:#625d54}
.rule{stroke:#8a8478;fill:none}.tip{fill:#8a8478}.empty{fill:none;stroke:#a86400;stroke-dasharray:5 4}
.gap{fill:#8a5200}.accent{fill:#0f6b66}
text{font-family:Inter,'Source Sans 3',system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',sans-serif}
.title{font-size:22px;font-weight:600}.head{font-size:15px;font-weight:600}
.name{font-size:14px;font-weight:600}.text{font-size:13px}
@media (prefers-color-scheme:dark){
.paper{fill:#1b1a18}.card{fill:#262421;stroke:#47433c}.ink{fill:#f1eee8}.soft{fill:#b9b2a6}
.rule{stroke:#938c80}.tip{fill:#938c80}.empty{stroke:#d79a45}.gap{fill:#e3b06a}.accent{fill:#6cc7bf}}
"""


def chain_svg(plan: Plan, *initiatives: Initiative) -> str:
    """Draw chains one below the other as SVG text: no script, no font or file from elsewhere.

    Parameters
    ----------
    plan
        The plan.
    initiatives
        Those to draw; none means all of the plan's.

    Returns
    -------
    str
        One ``<svg>`` element. Its title and description say in words what the picture shows;
        colours follow the reader's light or dark setting.
    """
    chosen = initiatives or plan.initiatives
    drawn, top, width = [], 0, 0
    for initiative in chosen:
        picture, right, bottom = _picture(plan, initiative, top)
        drawn.append(picture)
        width, top = max(width, right), bottom
    label = "chain-" + chosen[0].id
    title = "; ".join(_heading(chain(plan, item), item.title or item.id) for item in chosen)
    words = " ".join(f"{item.title or item.id}. {_description(chain(plan, item))}" for item in chosen)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" width="{width}" height="{top}" '
        f'role="img" aria-labelledby="{label}-title {label}-desc">\n'
        f'<title id="{label}-title">{escape(title)}</title>\n'
        f'<desc id="{label}-desc">{escape(words)}</desc>\n'
        f"<style>{_STYLE}</style>\n"
        f'<rect class="paper" width="{width}" height="{top}"/>\n' + "\n".join(drawn) + "\n</svg>\n"
    )


def _picture(plan: Plan, initiative: Initiative, top: int) -> tuple[str, int, int]:
    stages = chain(plan, initiative)
    title = escape(_short(initiative.title or initiative.id, 100))
    columns = [_column(stage, index, top, index == len(stages) - 1) for index, stage in enumerate(stages)]
    width = 2 * _MARGIN + len(stages) * _COLUMN + (len(stages) - 1) * _GAP
    height = max(bottom for _, bottom in columns) + _MARGIN - _CARD_SPACE
    heading = f'<text class="ink title" x="{_MARGIN}" y="{top + _MARGIN + 22}">{title}</text>'
    return "\n".join([heading, *(part for part, _ in columns)]), width, height


def _heading(stages: tuple[Stage, ...], title: str) -> str:
    return f"{title}: {' to '.join(stage.title.lower() if stage.title != 'KPI' else 'KPI' for stage in stages)}"


def _description(stages: tuple[Stage, ...]) -> str:
    sentences = []
    for stage in stages:
        said = "; ".join(f"{entry.name} ({entry.detail})" if entry.detail else entry.name for entry in stage.entries)
        sentences.append(f"{stage.title}: {said or stage.missing}".rstrip(".") + ".")
    return " ".join(sentences)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _column(stage: Stage, index: int, above: int, last: bool) -> tuple[str, int]:
    left = _MARGIN + index * (_COLUMN + _GAP)
    top = above + _TOP
    parts = [f'<text class="accent head" x="{left}" y="{top - 26}">{escape(stage.title)}</text>']
    if not last:
        parts.append(_arrow(left, top - 31, stage.leads))
    y = top - 8
    for entry in stage.entries:
        drawn, y = _card(entry, left, y)
        parts.append(drawn)
    if not stage.entries:
        drawn, y = _card(Entry(name="", detail=stage.missing), left, y, empty=True)
        parts.append(drawn)
    return f"<g>{''.join(parts)}</g>", y


def _arrow(left: int, y: int, leads: str) -> str:
    end = left + _COLUMN + _GAP - 8
    word = f'<text class="soft text" text-anchor="end" x="{left + _COLUMN - 4}" y="{y + 5}">{escape(leads)}</text>'
    line = f'<path class="rule" d="M{left + _COLUMN + 2} {y}H{end - 6}"/>'
    return f'{word}{line}<path class="tip" d="M{end} {y}l-8 -4v8z"/>'


def _card(entry: Entry, left: int, top: int, *, empty: bool = False) -> tuple[str, int]:
    lines = [("ink name", line) for line in textwrap.wrap(entry.name, _CHARACTERS - 2, break_on_hyphens=False)]
    tone = "gap text" if empty else "soft text"
    for part in entry.detail.split(" · "):
        lines += [(tone, line) for line in textwrap.wrap(part, _CHARACTERS, break_on_hyphens=False)]
    height = len(lines) * _LINE + 2 * _PAD - 4
    kind = "empty" if empty else "card"
    text = "".join(
        f'<text class="{tone}" x="{left + _PAD}" y="{top + _PAD + 12 + at * _LINE}">{escape(line)}</text>'
        for at, (tone, line) in enumerate(lines)
    )
    card = f'<rect class="{kind}" x="{left}" y="{top}" width="{_COLUMN}" height="{height}" rx="6"/>'
    return card + text, top + height + _CARD_SPACE
