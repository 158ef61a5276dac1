"""Writes layouts.html: the fragments of ten real layouts in colour. `python docs/layouts.py` from the repository's root."""

from __future__ import annotations

from html import escape
from pathlib import Path

from flectra_inbound import process

ROOT = Path(__file__).resolve().parent.parent
CASES = (
    "gmail/0001", "apple-mail/0039", "outlook/0035", "thunderbird/0026", "yahoo/0001", "qq/0001", "zendesk/0001",
    "groupwise/0001", "outlook/0084", "mutt/0005",
)  # fmt: skip
# The page is one long line of HTML after the other.
# ruff: noqa: E501
#: a colour and a mark for each kind, so that colour is never the only sign
KINDS = {
    "author": ("#d7f5dd", "A"), "quote": ("#e8e8e8", "Q"), "attribution": ("#d5e4fb", "@"), "forward_header": ("#e3d9fa", "H"),
    "forwarded": ("#f0e9fd", "F"), "signature": ("#fff0c2", "S"), "footer": ("#fde3cf", "f"), "disclaimer": ("#fbd7d7", "D"),
    "delimiter": ("#d9f3f5", "-"),
}  # fmt: skip
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}"
    "pre{margin:0;padding:.35rem .6rem .35rem 2.2rem;white-space:pre-wrap;overflow-wrap:anywhere;position:relative;color:#222}"
    "pre::before{content:attr(data-mark);position:absolute;left:.6rem;font-weight:700}article{border:1px solid #bbb;margin:0 0 2rem}"
    "h2{font-size:1.05rem;margin:2rem 0 .4rem}dl{display:grid;grid-template-columns:auto 1fr;gap:.2rem .8rem}dt{padding:0 .5rem;color:#222}"
)


def page() -> str:
    legend = "".join(
        f'<dt style="background:{colour}">{mark}</dt><dd>{kind}</dd>' for kind, (colour, mark) in KINDS.items()
    )
    parts = []
    for case in CASES:
        (path,) = (ROOT / "corpus" / "message").glob(f"{case}-*.eml")
        reply = process(path.read_bytes()).reply
        if reply is None:
            continue
        rows = "".join(
            f'<pre data-mark="{KINDS[f.kind][1]}" style="background:{KINDS[f.kind][0]}" title="{f.kind}">{escape(f.text)}</pre>'
            for f in reply.fragments
            if f.text.strip()
        )
        parts.append(
            f"<h2>{escape(str(path.relative_to(ROOT / 'corpus'))[:-4])} (from {reply.source})</h2><article>{rows}</article>"
        )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Ten layouts</title><style>{STYLE}</style><h1>What belongs to whom, in ten layouts</h1><dl>{legend}</dl>{''.join(parts)}\n"
    )


if __name__ == "__main__":
    (ROOT / "docs" / "layouts.html").write_text(page(), "utf-8")
