"""The grammar of mail, as patterns under the productions that they read.

Rules of this file: patterns only, each linear (no nested or adjacent overlapping repeats, no lookaround, no backreference)
and each under its production with the RFC's section. What the wild does beyond the production is marked QUIRK.
Header patterns work on latin-1 text, which maps bytes one to one.
"""

from __future__ import annotations

import re

# RFC 5322, section 2.2 and 3.6.8:  optional-field = field-name ":" unstructured CRLF;  field-name = 1*ftext
#   ftext = %d33-57 / %d59-126;  section 4.5: obs-optional allows white space before the colon.
# RFC 5322, section 2.2.3: a line that begins with white space continues the field.
# QUIRK: an empty field name (": x") is no field, but ends no header block either. Seen in spam.
# Folds are marked before (`header.mark_folds`), so that a field is one line here and no group repeats.
FIELD = re.compile(r"([!-9;-~]*)[ \t]*:(.*)(?:\n|\Z)")
#: the next line that is neither field nor continuation: blank, or without a name and a colon
NO_FIELD = re.compile(rb"\n(?:[!-9;-~]{1,256}(?:[ \t]{1,9}[^: \t]|[^!-~ \t])|[^!-~ \t])")
CONTINUATION = re.compile(r"[ \t].*(?:\n|\Z)")
BLANK_LINES = re.compile(rb"\n\r?\n")
BLANK_LINE = re.compile(r"\r*(?:\n|\Z)")
#: QUIRK: the mbox separator may stand before or among the fields of a mail that was taken out of a mailbox.
#: "From : x" is a field with obsolete white space.
MBOX_FROM = re.compile(r">?From +[^ :\n].*(?:\n|\Z)")

# RFC 2046, section 5.1.1:  delimiter = CRLF "--" boundary;  transport-padding = *LWSP-char
DELIMITER_TAIL = re.compile(rb"(--)?[ \t]{0,512}\r{0,2}(?:\n|\Z)")

# RFC 2045, section 5.1:  content = type "/" subtype *(";" parameter);  token = 1*<no SPACE, CTLs or tspecials>
CONTENT_TYPE = re.compile(
    r"\s*([!#$&+.\w^`{|}~*'%-]+)[ \t]*/[ \t]*([!#$&+.\w^`{|}~*'%-]+)[ \t]*(?:[;(,\s]|\Z)", re.ASCII
)
# parameter = attribute "=" value;  value = token / quoted-string
# QUIRK: unquoted values with spaces, and quoted ones that are never closed, run to the next semicolon.
PLAIN_PARAMETER = re.compile(r';\s*([^\s=;"*]{1,256})\s*=\s*(?:"([^"\\]*)"|([^\s;"()]+))\s*')  # nearly every one
PARAMETER = re.compile(r';\s*([^\s=;"]{1,256})\s*=\s*')
QUOTED_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)

#: the charset of a Content-Type, where nothing else of it is asked for
CHARSET = re.compile(r"charset[ \t]{0,9}=[ \t]{0,9}[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)

# RFC 2231, section 3 and 4:  name*0*="utf-8'en'text"
PARAMETER_PIECE = re.compile(r"([^*]+)\*(?:([0-9]{1,4})(\*)?)?\Z", re.ASCII)
PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")

# RFC 2047, section 2:  encoded-word = "=?" charset "?" encoding "?" encoded-text "?="
# RFC 2231, section 5:  charset may carry "*" language. The end is looked for with find(): one pass.
ENCODED_WORD = re.compile(r"=\?([^?\s]{0,80})\?([bBqQ])\?")

# RFC 5322, section 3.4:  mailbox = name-addr / addr-spec;  section 3.4.1:  addr-spec = local-part "@" domain
# RFC 6532: UTF8-non-ascii may stand wherever atext may. The two forms that nearly every field has, on stripped values:
# `Name <addr>`, where Name is atoms or one quoted string, and `addr`; everything else is read token by token.
MAILBOX = re.compile(r"""(?:"([^"\\]*)"\s*|([^<>()\[\]\\,;:@"]*))<([^\s<>()\[\]\\,;:@"]+@[^\s<>()\\,;:@"]+)>\Z""")
BARE_MAILBOX = re.compile(r"""[^\s<>()\[\]\\,;:@"]+@[^\s<>()\\,;:@"]+\Z""")
#: specials at which the address reader stops; everything between is text
#: QUIRK: an encoded word is one token, though sloppy mailers leave specials in it ("=?utf-8?Q?Brook,_Ada?=").
ADDRESS_TOKEN = re.compile(r'[^"(<,;:>\\=]+|=\?[^?\s]{1,80}\?[bBqQ]\?[^?\s]{0,500}\?=|.', re.DOTALL)

# RFC 5322, section 3.6.4:  msg-id = [CFWS] "<" id-left "@" id-right ">" [CFWS]
# QUIRK: ids without "@" exist (old Exchange, X.400); folding may break an id in the middle (Outlook).
PLAIN_MESSAGE_ID = re.compile(r"<[^<>\s]{1,998}>\Z")
MESSAGE_ID = re.compile(r"<([^<>]{1,998})>")

# RFC 5322, section 3.3:  date-time = [day-of-week ","] day month year time zone;  section 4.3: obs-zone, two-digit years
# QUIRK: day and month change places ("Jun 3 2024"), "UTC+0200", times with dots, dashes between day, month and year.
PLAIN_DATE = re.compile(  # as RFC 5322 has it, without the quirks: nearly every Date
    r"(?:[A-Z][a-z][a-z], +)?([0-9]{1,2}) ([A-Z][a-z][a-z]) ([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) "
    r"([+-][0-9]{4})\b"
)
DATE = re.compile(
    r"(?:[a-z]{2,12}\.?,?\s+)?([0-9]{1,2})[\s-]+([a-z]{3,12})\.?[\s-]+([0-9]{2,4}),?\s+"
    r"([0-9]{1,2})[:.]([0-9]{1,2})(?:[:.]([0-9]{1,2})(?:[.,][0-9]{1,9})?)?\s*([ap]m\b)?\s*"
    r"\(?(?:(?:utc|gmt)?([+-])\s?([0-9]{1,2}):?([0-9]{2})|([a-z]{1,5})\b)?",
    re.IGNORECASE | re.ASCII,
)
ASCTIME = re.compile(  # Mon Jun  3 10:00:00 2024, also with a zone before or after the year
    r"(?:[a-z]{2,12}\.?,?\s+)?([a-z]{3,12})\.?\s+([0-9]{1,2}),?\s+(?:([0-9]{4})\s+)?"
    r"([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2}))?\s*([a-z]{1,5}|[+-][0-9]{4})?\s*([0-9]{4})?\s*([+-][0-9]{4})?",
    re.IGNORECASE | re.ASCII,
)
ISO_DATE = re.compile(  # RFC 3339, in reports of web services
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,9})?)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.ASCII,
)

# RFC 5321, section 4.4:  "Received:" From-domain By-domain Opt-info ";" FWS date-time
RECEIVED_WORD = re.compile(r"\b(from|by|via|with|id|for)\s+(<[^<>\s]*>|[^\s();]+)", re.IGNORECASE)
#   For = CFWS "FOR" FWS ( Path / Mailbox ), as nearly all are
RECEIVED_FOR = re.compile(r"\sfor\s+<?([^\s<>();@]+@[^\s<>();@]+)[\s>;]", re.IGNORECASE)

# RFC 3464, section 2.1.2:  address-type ";" generic-address
TYPED_VALUE = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]{0,40})\s*;\s*(.*)", re.DOTALL)
# RFC 6533, section 3:  EmbeddedUnicodeChar = "\x{" HEXPOINT "}"
EMBEDDED_UNICODE = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")

# What one line may not hold: C0, DEL, C1, the Unicode line ends, surrogates.
UNSAFE_IN_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
