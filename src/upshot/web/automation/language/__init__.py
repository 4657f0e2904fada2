"""The language of rules, `upshot-rules/1`: what a rule says, read and written with every problem at its line."""
