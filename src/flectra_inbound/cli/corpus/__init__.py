"""Labelled mails: what a label says, how a folder of them is read, checked, counted, scored, exported and added to.

Rules of this package: nothing below `cli` imports it, and no module of it is imported before its command runs. What needs
a terminal is in `commands` and `tables`; all else works without the extra `cli`, so that tests and benchmarks share it.
"""
