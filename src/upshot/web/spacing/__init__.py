"""Practice that lasts: decisions of scenarios asked again over weeks, and what was remembered days later."""
