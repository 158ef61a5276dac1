#!/usr/bin/env python3
"""Takes one mail on standard input, as Postfix's pipe(8) hands it over: `pipe.py DATABASE SENDER RECIPIENT...`."""

import sys

EX_OK, EX_TEMPFAIL = 0, 75  # sysexits.h; for Postfix whatever is not 0 or 75 is final, and the sender gets a bounce


def main(arguments: list[str]) -> int:
    """The exit status."""
    try:
        from desk import Desk

        from flectra_inbound import Envelope

        database, sender, *recipients = arguments
        Desk(database).take(sys.stdin.buffer.read(), Envelope(mail_from=sender, rcpt_to=tuple(recipients)))
    except (
        BaseException
    ) as error:  # also a package that is missing and an argument too few: no mail is lost by our mistakes
        print(f"try again: {type(error).__name__}: {error}", file=sys.stderr)
        return EX_TEMPFAIL
    return EX_OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
