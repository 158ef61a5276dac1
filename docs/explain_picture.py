"""Writes explain.png, the picture of docs/explain.md: `python docs/explain_picture.py` from the repository's root, with Chromium.

The page of one bounce of the corpus twice: its top, light and wide; its source, dark and on a telephone.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from flectra_inbound import parse, process
from flectra_inbound.cli.explain.page import page
from flectra_inbound.cli.explain.story import tell

ROOT = Path(__file__).resolve().parent.parent
CASE = "corpus/bounce/postfix/0001-user-unknown.eml"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --disable-lcd-text --allow-file-access-from-files"
).split()
WIDTH, HEIGHT = 970, 810
FRAMES = f"""<!DOCTYPE html><meta charset="utf-8"><style>
body {{ margin: 0; display: flex; gap: 20px; background: #8d929c; padding: 20px; box-sizing: border-box; height: {HEIGHT}px }}
iframe {{ border: 0; border-radius: 8px; flex: none }}
</style>
<iframe src="page.html" style="width: 800px; height: 1027px; zoom: .75; background: #fff"></iframe>
<iframe src="page.html#source" style="width: 310px; height: 770px; color-scheme: dark"></iframe>
"""


def main() -> None:
    """Make the page and look at it."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        raise SystemExit("no Chromium")
    raw = (ROOT / CASE).read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "page.html").write_text(page(tell(CASE, process(raw), parse(raw))), "utf-8")
        (here / "frames.html").write_text(FRAMES, "utf-8")
        subprocess.run(  # noqa: S603 - our own arguments
            [
                browser,
                *FLAGS,
                f"--user-data-dir={here / 'profile'}",
                f"--window-size={WIDTH},{HEIGHT}",
                f"--screenshot={ROOT / 'docs' / 'explain.png'}",
                (here / "frames.html").as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )


if __name__ == "__main__":
    main()
