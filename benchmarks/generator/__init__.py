"""Mail for load, from the formats of the corpus: `from benchmarks.generator import Generator`.

Rules of this package: no clock and no `random` module, so that one seed gives the same bytes on every Python. Mail
number i depends on the seed, on i, and on the corpus, and on nothing else: a range of numbers can be made anywhere.
"""

from .stream import DEFAULT_KINDS, DEFAULT_LANGUAGES, Generated, Generator

__all__ = ["DEFAULT_KINDS", "DEFAULT_LANGUAGES", "Generated", "Generator"]
