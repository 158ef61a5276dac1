"""What is measured, a module each: `run(job)` gives plain data for JSON, which the reports are made of.

A job names the mails, the contenders' places and how thorough to be.
"""
