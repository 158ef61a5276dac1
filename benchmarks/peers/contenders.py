"""Who takes part, and what each is asked: only what its own documentation says that it does.

Rules of this file: no import beyond the standard library, since every peer's Python reads it. `why` is a reason that
the report gives where a measurement shows the peer ahead; it is never shown where none does.
"""

from __future__ import annotations

from dataclasses import dataclass, field

#: what can be asked; the input is a mail's bytes except where it says otherwise
TASKS = {
    "parse": "subject, people, date, message id, the names of files and all texts, decoded",
    "structure": "the structure alone, nothing decoded",
    "bounce": "whose delivery failed",
    "process": "everything: what the mail is, who failed, what the author wrote",
    "reply_text": "what the author newly wrote, from a plain text",
    "reply_html": "the same from an HTML text",
    "reply_mail": "the same from a mail with HTML",
}
OURS = "flectra_inbound"


@dataclass(frozen=True)
class Contender:
    key: str
    title: str
    distributions: tuple[str, ...]  #: whose versions are printed
    requires: tuple[str, ...]  #: for pip
    tasks: tuple[str, ...]
    imports: str  #: statement that loads what the tasks need
    venv: str = "peers"  #: which of the venvs of `--setup` it lives in
    languages: tuple[str, ...] = ()  #: of replies, as its patterns have them; empty: no such claim
    signatures: bool = False  #: whether it says that it removes signatures
    python: tuple[int, int] = (3, 10)  #: the first that it runs on
    why: dict[str, str] = field(default_factory=dict)  #: by task, or `import`


CONTENDERS: tuple[Contender, ...] = (
    Contender(
        OURS,
        "flectra_inbound",
        ("flectra-inbound",),
        (),
        ("parse", "bounce", "process", "reply_text", "reply_html", "reply_mail"),
        "import flectra_inbound",
        signatures=True,
    ),
    Contender(
        "stdlib",
        "email (stdlib)",
        (),
        (),
        ("parse", "structure"),
        "import email, email.header, email.utils",
        why={
            "parse": "it takes values as they are written: an address or a name that is wrong stays wrong",
            "structure": "it only splits lines; nothing is decoded, read or judged",
            "import": "it defines no models; we load pydantic",
        },
    ),
    Contender(
        "mail_parser",
        "mail-parser",
        ("mail-parser",),
        ("mail-parser>=4.8,<5",),
        ("parse",),
        "import mailparser",
        why={
            "parse": "it reads Received and every other field too, which this task does not ask for",
            "import": "it stands on the standard library's parser and defines no models",
        },
    ),
    Contender(
        "fast_mail_parser",
        "fast-mail-parser",
        ("fast-mail-parser",),
        ("fast-mail-parser>=0.10,<0.11",),
        ("parse",),
        "import fast_mail_parser",
        python=(3, 11),
        why={
            "parse": "it is compiled Rust",
            "import": "it is one compiled module without models",
        },
    ),
    Contender(
        "flufl_bounce",
        "flufl.bounce",
        ("flufl.bounce",),
        ("flufl.bounce>=4,<7",),
        ("bounce",),
        "import email; from flufl.bounce import all_failures",
        why={
            "bounce": "it runs a list of detectors and stops at the first address; it reads no reason and no evidence",
            "import": "it loads the standard library's parser and its detectors, no models",
        },
    ),
    Contender(
        "stack",
        "mail-parser + flufl.bounce + email-reply-parser",
        ("mail-parser", "flufl.bounce", "email-reply-parser"),
        ("mail-parser>=4.8,<5", "flufl.bounce>=4,<7", "email-reply-parser>=0.5.12,<0.6"),
        ("process",),
        "import mailparser, email_reply_parser; from flufl.bounce import all_failures",
        why={"import": "it stands on the standard library's parser and defines no models"},
    ),
    Contender(
        "email_reply_parser",
        "email-reply-parser",
        ("email-reply-parser",),
        ("email-reply-parser>=0.5.12,<0.6",),
        ("reply_text",),
        "import email_reply_parser",
        languages=("en",),
        signatures=True,
        why={
            "reply_text": "it knows one language and a few patterns; it labels no attribution, footer or disclaimer",
            "import": "it is one module of a few patterns",
        },
    ),
    Contender(
        "mail_parser_reply",
        "mail-parser-reply",
        ("mail-parser-reply",),
        ("mail-parser-reply>=1.36,<2",),
        ("reply_text",),
        "import mailparser_reply",
        languages=("cs", "da", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "sv", "zh"),
        signatures=True,
        why={
            "reply_text": "it splits at every header into a thread and cuts at signatures that it has words for",
            "import": "it is two modules of patterns",
        },
    ),
    Contender(
        "quotequail",
        "quotequail",
        ("quotequail",),
        ("quotequail>=0.5,<0.6",),
        ("reply_text", "reply_html"),
        "import quotequail, quotequail._html",
        languages=("de", "en", "es", "fr", "nl", "pt", "ru", "sv"),
        why={
            "reply_text": "it looks for the first line that begins a quote and stops; signatures, footers and answers below "
            "a quote are not its task",
            "reply_html": "lxml, which is compiled, reads the HTML",
            "import": "it is a few patterns; lxml is compiled",
        },
    ),
    Contender(
        "talon",
        "talon",
        ("talon", "lxml"),
        ("talon>=1.4.4,<2",),
        ("reply_text", "reply_html", "reply_mail"),
        "import talon; from talon import quotations; talon.init()",
        venv="talon",
        languages=("da", "de", "en", "fr", "nl", "no", "pl", "sv", "vi"),
        why={
            "reply_text": "a few patterns over the lines, first match wins; signatures are not part of this function",
            "reply_html": "lxml, which is compiled, reads the HTML, and known containers are cut",
            "reply_mail": "lxml, which is compiled, reads the HTML, and known containers are cut",
        },
    ),
)  # fmt: skip
BY_KEY = {contender.key: contender for contender in CONTENDERS}


def asked(task: str) -> list[Contender]:
    """Who can be asked, we first."""
    return [contender for contender in CONTENDERS if task in contender.tasks]
