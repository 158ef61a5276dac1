"""`flectra-inbound explain`: what one mail is and why, as a page to look at or, shorter, in the terminal.

Rules of this package: `story` finds out and says it in words, `page` and `terminal` only lay it out. What comes from the
mail reaches the page through `markup`, which escapes it, and the terminal through `safe`.
"""
