"""The short scenario that a new one begins from."""

__all__ = ["STARTER"]

STARTER = """---
format: upshot-scenario/1
id: my-scenario
title: What this is about, in a few words
summary: One sentence that a learner reads before they begin.
competencies: {listening: {weight: 1, label: Listening first}}
pass: {min_scaled: 0.6}
start: opening
---

# What happens first {#opening}

"What somebody says to you, in their own words."

- [What a skilled person does here](#well){id=ask listening=2 .best}

  > Say what this achieved.

- [What people often do instead](#badly){id=tell listening=-1}

# It goes well {#well .end outcome=success reflect="What made the difference?"}

Say how it ends, and why.

# It does not go well {#badly .end outcome=fail}

Say what it cost.
"""
