"""What the words of the result mean, for people who do not read RFCs.

Rules of this file: data only, complete over the vocabularies (a test checks it), one sentence each, no promise that the library
does not make.
"""

from __future__ import annotations

from flectra_inbound import Action, Decision, DefectCode, Kind, Reason, Suppression, Trust

#: (what it is called, what that means)
KINDS = {
    Kind.BOUNCE: ("Bounce", "A mail system reports that a mail could not be delivered to at least one recipient."),
    Kind.DELAY: (
        "Delay notice",
        "A mail system reports that a mail is late. It is still being tried; nothing has failed yet.",
    ),
    Kind.DELIVERED: ("Delivery notice", "A mail system reports that a mail was delivered or passed on."),
    Kind.COMPLAINT: ("Complaint", "A mailbox provider passes on what a recipient reported about a mail."),
    Kind.RECEIPT: ("Read receipt", "A mail program tells what became of a mail, for example that it was displayed."),
    Kind.AUTO_REPLY: ("Automatic answer", "A program answered one mail, for example with an out-of-office note."),
    Kind.CHALLENGE: ("Challenge", "A filter asks the sender to prove to be a person before it delivers the mail."),
    Kind.UNSUBSCRIBE: ("Unsubscribe request", "Somebody asks to get no more mail of a list."),
    Kind.MESSAGE: ("Message", "A mail that a person or a program wrote; it is no report about another mail."),
}

#: A rule by its full name, else by the words before its last point; `header`, `notice`, ... stand for all of their kind.
RULES = {
    "arf.recipient-field": "The provider put a field with the recipient who complained into the mail that it returns.",
    "arf.report": "A part for programs says that this is a report about abuse (RFC 5965).",
    "doubt.forward": "The subject says that somebody forwarded this mail.",
    "doubt.list": "It came over a mailing list, where people talk about failed mail.",
    "doubt.no-mail": "The text does not speak of any mail at all.",
    "doubt.person": "The author looks like a person or a company, not like a mail system.",
    "doubt.return-path": "It was sent from an address that can be answered; reports are sent from none.",
    "doubt.text": "The text does not speak of a failed delivery.",
    "doubt.thread": "It answers another mail, as people do.",
    "dsn.action.delayed": "A part for programs says that the mail is delayed and still being tried (RFC 3464).",
    "dsn.action.delivered": "A part for programs says that the mail was delivered (RFC 3464).",
    "dsn.action.expanded": "A part for programs says that the mail was passed to all members of a list (RFC 3464).",
    "dsn.action.failed": "A part for programs says that the delivery failed for good (RFC 3464).",
    "dsn.action.relayed": "A part for programs says that the mail was passed on to where no such reports come from (RFC 3464).",
    "from.mail-system": "The sender is called what mail systems call themselves.",
    "header.auto-submitted": "A field says that a program sent this mail (RFC 3834).",
    "header.x-failed-recipients": "A field names the recipients that the mail did not reach.",
    "hint.from": "The sender's name is one that programs use.",
    "hint.json": "The text is a notification for programs.",
    "hint.no-author": "No author is named, as in reports of mail systems.",
    "hint.subject": "The subject speaks of a failed delivery, in words that people use too.",
    "human.from": "The author is no mail system.",
    "human.mail-program": "It was written with a mail program that people use.",
    "human.return-path": "It was sent from an address that can be answered; reports are sent from none.",
    "human.thread": "It answers another mail, as people do.",
    "mdn.notification": "A part for programs tells what became of a mail (RFC 8098).",
    "notice.delay": "The text says that the mail is late and still being tried.",
    "notice.recipient": "The text names an address, and a failed delivery beside it.",
    "notice.returned": "The text speaks of a failed delivery, and the mail that it is about is below.",
    "path.null": "It was sent from no address at all, as mail systems do with reports, so that nobody answers them (RFC 5321).",
    "report.type": "The mail is declared as a report, though its fields say little.",
    "thread.answers": "It answers another mail.",
    "tnef.message-class": "Outlook's own format (winmail.dat) says which kind of report it is.",
    "smime.receipt": "S/MIME says that this is a signed receipt: a program has checked the signature of what we sent.",
    "to.bounce-address": "It came to the address that is given out for delivery reports only.",
    "unsubscribe.mailbox": "It went to a mailbox that takes requests to leave a list.",
    "unsubscribe.subject": "The subject is a request to leave a list.",
    "unsubscribe.text": "The text says nothing but that somebody wants to leave a list.",
    "arf": "A part for programs says that this is a report about abuse (RFC 5965).",
    "doubt": "Something speaks against a report of a mail system.",
    "dsn": "A part for programs says what became of the mail (RFC 3464).",
    "header": "A field that software sets in mail of this kind.",
    "hint": "A weak sign of a report; it never decides alone.",
    "human": "A sign that a person wrote it.",
    "notice": "The text has words that a known mail system uses in its reports.",
    "report": "The mail is declared as a report.",
    "subject": "The subject begins with words that are typical of this kind.",
    "text": "The text has words that are typical of this kind.",
    "unsubscribe": "It looks like a request to leave a list.",
}

REASONS = {
    Reason.AUTH_FAILURE: "Our mail did not prove where it comes from (SPF, DKIM, DMARC). That is ours to mend.",
    Reason.BAD_REPUTATION: "The receiver does not trust our server or domain.",
    Reason.BLOCKED: "Our server is on a block list.",
    Reason.CONTENT_ERROR: "The receiver did not take the content of the mail.",
    Reason.DELIVERED: "It was delivered.",
    Reason.EXCEED_LIMIT: "A limit of the receiver was exceeded.",
    Reason.EXPIRED: "It was tried for days, and then given up.",
    Reason.FAILED_STARTTLS: "No encrypted connection came about.",
    Reason.FEEDBACK: "A recipient reported the mail.",
    Reason.FILTERED: "A filter of the recipient refused the mail, or there is no such mailbox: servers say the same of both.",
    Reason.HAS_MOVED: "The recipient has another address now.",
    Reason.HOST_UNKNOWN: "The domain of the address was not found. It may be mistyped or gone, or its DNS may be down.",
    Reason.MAILBOX_FULL: "The mailbox is full.",
    Reason.MAILER_ERROR: "A program of the receiver failed.",
    Reason.MESSAGE_TOO_BIG: "The mail is too big for the receiver.",
    Reason.NETWORK_ERROR: "The receiver's server could not be reached.",
    Reason.NO_RELAYING: "The server does not take mail for this domain.",
    Reason.NOT_ACCEPT: "The domain takes no mail, or none from us.",
    Reason.NOT_COMPLIANT_RFC: "The receiver says that our mail breaks a standard.",
    Reason.ON_HOLD: "The receiver wants us to try again later.",
    Reason.POLICY_VIOLATION: "A policy of the receiver does not allow the mail.",
    Reason.REJECTED: "The receiver refused the sender.",
    Reason.REQUIRE_PTR: "The receiver misses a name for our server's IP address (reverse DNS).",
    Reason.SECURITY_ERROR: "A security check of the receiver failed.",
    Reason.SPAM_DETECTED: "The receiver took the mail for spam.",
    Reason.SPEEDING: "We sent too much in too short a time.",
    Reason.SUPPRESSED: "The sending service did not send it: the address is on its list of dead addresses.",
    Reason.SUSPEND: "The recipient's account is suspended.",
    Reason.SYNTAX_ERROR: "The two servers misunderstood each other.",
    Reason.SYSTEM_ERROR: "The receiver's system has a fault.",
    Reason.SYSTEM_FULL: "The receiver's system has no space left.",
    Reason.TOO_MANY_CONNECTIONS: "Too many connections at a time.",
    Reason.UNDEFINED: "The report does not say why in words that are known.",
    Reason.USER_UNKNOWN: "There is no such mailbox.",
    Reason.VACATION: "The recipient is away.",
    Reason.VIRUS_DETECTED: "The receiver found a virus.",
}

#: What one report means for mailing the address: in short, and in a sentence.
SUPPRESSIONS = {
    Suppression.SUPPRESS: ("the address is dead", "One genuine report of this kind ends mailing to the address."),
    Suppression.COUNT: (
        "counts",
        "One report of this kind is not enough; repeated over weeks, they end mailing to the address.",
    ),
    Suppression.IGNORE: (
        "says nothing about the address",
        "However often it comes, it does not end mailing to the address.",
    ),
}

TRUSTS = {
    Trust.VERIFIED: ("Verified", "It came with a token of ours, so it answers a mail of ours."),
    Trust.MATCHES: ("Matches", "It holds what only our mail held, so it answers a mail of ours."),
    Trust.UNVERIFIED: (
        "Not known to be genuine",
        "Nothing shows whether it answers a mail of ours: anybody could have written it.",
    ),
    Trust.FORGED: ("Forged", "It came with a token that is not ours or was altered. Do not act on it."),
}

ACTIONS = {
    Action.FAILED: "failed",
    Action.DELAYED: "delayed, still being tried",
    Action.DELIVERED: "delivered",
    Action.RELAYED: "passed on to a system that sends no reports",
    Action.EXPANDED: "passed to all members of a list",
}

#: Letter, name, and what it is. The letter says what the colour says.
FRAGMENTS = {
    "author": ("A", "Author", "what the author newly wrote"),
    "quote": ("Q", "Quote", "what others wrote before"),
    "attribution": ("W", "Who wrote", "the line above a quote: on this day, this person wrote"),
    "forward_header": ("H", "Forward header", "who wrote what is forwarded, and when"),
    "forwarded": ("F", "Forwarded", "the forwarded text"),
    "signature": ("S", "Signature", "the author's name and addresses"),
    "footer": ("T", "Footer", "lines of a mail program, list or filter"),
    "disclaimer": ("L", "Disclaimer", "legal and confidentiality notes"),
    "delimiter": ("D", "Delimiter", "lines that part an answer from the rest"),
}

DECISIONS = {
    Decision.REPLY: "It is added to the record that it answers.",
    Decision.CREATE: "A new record is created.",
    Decision.UPDATE: "It is added to the record that all mail of this alias goes to.",
    Decision.FALLBACK: "It goes to the fallback model, since nothing else takes it.",
    Decision.BOUNCE: "It is booked as a delivery report, on the record that the lost mail belonged to.",
    Decision.COMPLAINT: "It is booked as a complaint.",
    Decision.REFUSE_CATCHALL: "It is refused: it came to the catchall address alone and answers nothing.",
    Decision.REFUSE_SENDER: "It is refused: the alias is not for this sender.",
    Decision.LOOP: "It is stopped: it looks like two programs that answer each other.",
    Decision.DUPLICATE: "It is dropped: the same mail is stored already.",
    Decision.IGNORE: "It is ignored.",
    Decision.UNROUTABLE: "It belongs nowhere; the host keeps it.",
}

_AS_IT_IS = "It was taken as it is."

DEFECTS = {
    DefectCode.MISSING_CONTENT: "There is no byte in the mail.",
    DefectCode.MESSAGE_TRUNCATED: "The mail is longer than is read; the rest was not looked into.",
    DefectCode.UTF16_MESSAGE: "The file was UTF-16, as some editors save it. Places refer to its UTF-8 form.",
    DefectCode.BYTE_ORDER_MARK: "The file begins with a byte-order mark, as some editors save it.",
    DefectCode.MBOX_FROM_LINE: "A line of a mailbox file stands before the mail.",
    DefectCode.LEADING_BLANK_LINES: "Blank lines stand before the mail.",
    DefectCode.CR_ONLY_LINE_ENDS: "Lines end as on old Macs, with CR alone.",
    DefectCode.NUL_BYTES: "There are zero bytes. They were left out of the text.",
    DefectCode.FIRST_LINE_IS_CONTINUATION: "The first line continues a field that is not there. It was passed over.",
    DefectCode.MISSING_SEPARATOR: "No blank line parts header and body. The body begins at the first line that is no field.",
    DefectCode.MISSING_FIELD_NAME: "A line of the header has no field name.",
    DefectCode.HEADER_BLOCK_LIMIT: "The header is longer than is read.",
    DefectCode.HEADER_COUNT_LIMIT: "There are more fields than are read.",
    DefectCode.HEADER_VALUE_LIMIT: "A field is longer than is read; it was cut.",
    DefectCode.DUPLICATE_HEADER: "A field that may stand once stands there twice. The first one counts.",
    DefectCode.EIGHT_BIT_HEADER: "A field holds letters whose encoding nobody declared.",
    DefectCode.BAD_ENCODED_WORD: f"An encoded word of a field is damaged. {_AS_IT_IS}",
    DefectCode.ENCODED_WORD_LIMIT: "A field has more encoded words than are decoded.",
    DefectCode.BAD_ADDRESS: "An address is not written as the standard wants. What could be read was read.",
    DefectCode.ADDRESS_LIMIT: "There are more addresses than are read.",
    DefectCode.BAD_DATE: "The date cannot be read.",
    DefectCode.MESSAGE_ID_LIMIT: "There are more message ids than are read.",
    DefectCode.BAD_CONTENT_TYPE: "The type of a part cannot be read. It was taken for plain text.",
    DefectCode.PARAMETER_LIMIT: "A field has more parameters than are read.",
    DefectCode.MISSING_BOUNDARY: "A mail of several parts does not say what parts them.",
    DefectCode.BOUNDARY_TOO_LONG: "The line that parts the parts is longer than is read.",
    DefectCode.START_BOUNDARY_NOT_FOUND: f"The line that begins the first part is missing. {_AS_IT_IS}",
    DefectCode.CLOSE_BOUNDARY_NOT_FOUND: "The line that ends the last part is missing: the mail may have been cut.",
    DefectCode.MULTIPART_ENCODING: f"A mail of several parts is declared as encoded, which it may not be. {_AS_IT_IS}",
    DefectCode.DEPTH_LIMIT: "Parts lie within parts more deeply than is read. The innermost came through as they are.",
    DefectCode.ENCODED_DEPTH_LIMIT: "Encoded messages lie within each other more deeply than is read.",
    DefectCode.PART_LIMIT: "There are more parts than are read. The rest belongs to the last one.",
    DefectCode.UNKNOWN_ENCODING: f"The encoding of a part is unknown. {_AS_IT_IS}",
    DefectCode.UNDECODABLE_BASE64: f"A part is declared as base64 and is none. {_AS_IT_IS}",
    DefectCode.BASE64_TRAILING_DATA: "Text follows the end of base64 data. It was kept.",
    DefectCode.UNDECODABLE_UUENCODE: f"A part is declared as uuencode and is none. {_AS_IT_IS}",
    DefectCode.UNKNOWN_CHARSET: "The character set of a part is unknown. It was guessed.",
    DefectCode.CHARSET_REFUSED: "The declared character set is none that a mail may use. Another one was taken.",
    DefectCode.WRONG_CHARSET: "The text is not in the character set that is declared. Another one was taken.",
    DefectCode.TEXT_LIMIT: "The text is longer than is analysed. All of it comes through.",
    DefectCode.BAD_REPORT_FIELD: "A field of the report cannot be read.",
    DefectCode.REPORT_RECIPIENT_LIMIT: "The report names more recipients than are read.",
    DefectCode.ADAPTER_ERROR: "Another library that was asked failed on this mail. Its opinion is missing.",
}


def rule_meaning(rule: str) -> str:
    """What a rule of the evidence looks at."""
    return RULES.get(rule) or RULES.get(rule.partition(".")[0]) or "A sign of this kind."
