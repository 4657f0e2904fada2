"""The choices of a step: their words, where they lead, what they are worth, and what they do to flags."""

import re
from collections import Counter
from dataclasses import dataclass

from upshot.scenario.blocks import Block, Item, choice_link
from upshot.scenario.braces import ID, Braces, braces_of, clean_id, unknown_marks
from upshot.scenario.faults import Faults, nearest
from upshot.scenario.flags import FlagError, read_condition, read_effects
from upshot.scenario.head import Head
from upshot.scenario.model import MAX_CHOICES, MAX_POINTS, Choice, Comparison, Effect, Flag
from upshot.scenario.words import check_words

__all__ = ["ChoiceReader"]

_MARKS = ("critical", "best", "turn")


@dataclass(frozen=True, slots=True)
class ChoiceReader:
    """Reads the choices of one file's steps, by the competencies and flags of its head."""

    head: Head
    faults: Faults

    def choices(self, block: Block) -> tuple[Choice, ...]:
        """The choices of one step; what cannot be read is said, never dropped in silence."""
        if len(block.items) > MAX_CHOICES:
            said = f"The step has {len(block.items)} choices; {MAX_CHOICES} can be read."
            self.faults.add("too-many-choices", block.items[MAX_CHOICES].line, said, "Cut it into several steps.")
        found: list[Choice] = []
        for item in block.items[:MAX_CHOICES]:
            choice = self._choice(item, {one.id for one in found})
            if choice is not None:
                found.append(choice)
        for name, times in Counter(one.id for one in found).items():
            if times > 1:
                lines = [one.line for one in found if one.id == name]
                said = f"The choice id '{name}' is used here and on line {lines[0]}."
                self.faults.add("duplicate-id", lines[1], said, "Give one of the two choices another id.")
        return tuple(found)

    def _choice(self, item: Item, taken: set[str]) -> Choice | None:
        link = choice_link(" ".join(item.own))
        self._layout(item)
        if link is None:
            fix = "Write it as - [What I do](#step){id=what}."
            self.faults.add("choice-unreadable", item.line, "This choice leads nowhere.", fix)
            return None
        braces = braces_of(link.rest, item.line, self.faults) if link.rest else Braces()
        unknown_marks(braces, _MARKS, item.line, self.faults)
        if braces.anchor is not None:
            fix = f"Write 'id={braces.anchor}'."
            self.faults.add("anchor-on-choice", item.line, f"'#{braces.anchor}' names a step, not a choice.", fix)
        values = dict(braces.values)
        if not link.text:
            self.faults.add("choice-without-text", item.line, "A choice has no words.", "Write what the person does.")
        check_words(link.text, item.line, self.faults, choice=True)
        quote = "\n".join(item.quote).strip("\n")
        check_words(quote, item.quote_line, self.faults)
        return Choice(
            id=self._choice_id(values, link.text, item.line, taken), text=link.text or "…", target=link.target,
            points=self._points(values, item.line), condition=self._condition(values.get("if"), item.line),
            effects=self._effects(values.get("set"), item.line), critical="critical" in braces.words,
            best="best" in braces.words, turn="turn" in braces.words, feedback=quote, line=item.line,
        )  # fmt: skip

    def _layout(self, item: Item) -> None:
        if item.stray is not None:
            fix = "Move it above the choices, or quote it with '>' as feedback."
            self.faults.add("text-after-choice", item.stray, "Text under a choice is not shown.", fix)
        if item.unindented is not None:
            fix = "Indent it by two spaces to make it this choice's feedback, or leave a line free above it."
            self.faults.add("feedback-not-indented", item.unindented, "This quote does not belong to the choice.", fix)

    def _choice_id(self, values: dict[str, str], text: str, line: int, taken: set[str]) -> str:
        name = values.get("id")
        if name is None:
            name = clean_id(text, taken, "choice")
            fix = f"Write '{{id={name}}}' after the link; answers are counted under it."
            self.faults.add("choice-without-id", line, "A choice has no id.", fix)
        elif not ID.match(name):
            said = f"'{name[:64]}' is not an id of lower-case letters, digits and hyphens (64 at most)."
            self.faults.add("bad-id", line, said, f"Write 'id={clean_id(name)}'.")
        return name

    def _points(self, values: dict[str, str], line: int) -> tuple[tuple[str, int], ...]:
        known = {one.id for one in self.head.competencies}
        found: list[tuple[str, int]] = []
        for key, text in values.items():
            if key in {"id", "if", "set"}:
                continue
            if key not in known:
                fix = nearest(key, known | {"id", "if", "set"}, "Add it to 'competencies' in the head.")
                self.faults.add("unknown-competency", line, f"'{key}' is not a competency of this scenario.", fix)
            elif not re.fullmatch(r"[-+]?[0-9]{1,9}", text):
                fix = "Write a whole number."
                self.faults.add("points-not-whole", line, f"'{key}={text[:40]}' is not a number of points.", fix)
            elif abs(int(text)) > MAX_POINTS:
                fix = f"Write a whole number from -{MAX_POINTS} to {MAX_POINTS}."
                self.faults.add("points-out-of-range", line, f"'{key}={text}' is out of range.", fix)
            elif int(text):
                found.append((key, int(text)))
        return tuple(found)

    def _condition(self, text: str | None, line: int) -> tuple[tuple[Comparison, ...], ...]:
        if text is None:
            return ()
        try:
            condition = read_condition(text)
        except FlagError as error:
            fix = 'Write comparisons with whole numbers, as in if="trust >= 2 and told".'
            self.faults.add("condition-unreadable", line, f"'{error}' in if= cannot be read.", fix)
            return ()
        return condition if self._flags_fit([part for group in condition for part in group], line) else ()

    def _effects(self, text: str | None, line: int) -> tuple[Effect, ...]:
        if text is None:
            return ()
        try:
            effects = read_effects(text)
        except FlagError as error:
            fix = 'Write set="trust += 1, told = 1".'
            self.faults.add("effect-unreadable", line, f"'{error}' in set= cannot be read.", fix)
            return ()
        return effects if self._flags_fit(effects, line) else ()

    def _flags_fit(self, parts: "list[Comparison] | tuple[Effect, ...]", line: int) -> bool:
        flags = {flag.name: flag for flag in self.head.flags}
        for part in parts:
            flag = flags.get(part.flag)
            if flag is None:
                fix = nearest(part.flag, flags, f"Add 'flags: {{{part.flag}: {{max: 1}}}}' to the head.")
                self.faults.add("unknown-flag", line, f"'{part.flag}' is not a flag of this scenario.", fix)
            elif not _in_range(part, flag):
                fix = "Change the number, or the flag's 'min' and 'max' in the head."
                said = f"'{part}' is outside the flag's {flag.low} to {flag.high}."
                self.faults.add("flag-out-of-range", line, said, fix)
        return all(part.flag in flags for part in parts)


def _in_range(part: Comparison | Effect, flag: Flag) -> bool:
    if part.operator == "+=":
        return abs(part.value) <= flag.high - flag.low
    return flag.low <= part.value <= flag.high
