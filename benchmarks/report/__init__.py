"""The results for people: `markdown` for a terminal or an issue, `html` for a browser. Both read plain data only."""
