"""Takes out of a real mail what tells who wrote it, to whom, and through which machines.

Rules of this package: bytes in, bytes out; nothing is written or logged, and no message of an error holds a word of the mail.
The same original becomes the same invention everywhere in one mail, and another one in the next run: inventions hang on a
random key, so that nobody can try out which original makes them. What cannot be read is refused, and so is a result in which
something survived; `verify` looks for it in every decoding.

What stays: dates, reply codes, status codes, words, the structure, charsets and transfer encodings, and what systems are
recognised by: mailboxes that have a role (`mailer-daemon@`, `postmaster@`), hosts and addresses of big providers (`PROVIDERS`),
where of the names below a provider's domain only the letters and digits that number a machine are changed.
"""

from .mail import Anonymised, Refused, anonymise

__all__ = ["Anonymised", "Refused", "anonymise"]
