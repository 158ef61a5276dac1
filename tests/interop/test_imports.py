"""No bridge imports the package that it is for: the extras are there to compare, and nothing breaks without them."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import email, importlib, pkgutil, sys
from flectra_inbound import interop

names = [module.name for module in pkgutil.walk_packages(interop.__path__, "flectra_inbound.interop.")]
for name in names:
    importlib.import_module(name)
from flectra_inbound.interop import email_reply_parser, flufl_bounce, mail_parser, stdlib_email
from flectra_inbound.interop.talon import quotations, signature

raw = b"From: nora@example.com\\nSubject: x\\n\\nTwo, please.\\n\\n-- \\nNora\\n\\n> One or two?\\n"
flufl_bounce.scan_message(email.message_from_bytes(raw))
mail = mail_parser.parse_from_bytes(raw)
text = email_reply_parser.EmailReplyParser.parse_reply(mail.text_plain[0])
signature.extract(quotations.extract_from(mail.text_plain[0]), "Nora")
assert text == "Two, please.", text
assert len(names) >= 9, names
found = {name.partition(".")[0] for name in sys.modules} & {"mailparser", "email_reply_parser", "talon", "sklearn", "lxml"}
assert not found, found
assert "flufl.bounce" not in sys.modules
"""


def test_no_bridge_imports_its_package() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)
