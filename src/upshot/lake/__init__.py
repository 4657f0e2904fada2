"""The facts: columnar tables and the engines that scan them."""
