"""Message and Verdict to the parts of the result. Each module is a sibling that knows no sibling."""
