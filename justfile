# `just` lists the recipes; each calls make, where the work is described.

# list the recipes
default:
    @just --list

# make the demonstration and open it in the browser
demo:
    make demo

# open the demonstration again
serve:
    make serve

# every test but the ones marked slow
test:
    make test

# the tests marked slow
test-slow:
    make test-slow

# format, lint, types, import rules
lint:
    make lint

# rewrite the code in the house format
format:
    make format

# write into the pages what the code knows
docs:
    make docs

# write the tree of ARCHITECTURE.md again
architecture:
    make architecture

# Upshot beside diff-diff and csdid on the same files
bench:
    make bench

# coverage, placebo audit and traps again
proof:
    make proof

# compile the pins again
pins:
    make pins

# forget what was built
clean:
    make clean
