"""Lighthouse's scores for the student page: the join form, and the page of an open question. Needs npx (Node.js).

python -m tests.browser.lighthouse [FOLDER]      (FOLDER: keeps the full reports)
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.browser.conftest import FLAGS, installed_chromium
from tests.serving import ROOT, Console, serving, student

LIGHTHOUSE = "lighthouse@13"
CATEGORIES = ("performance", "accessibility", "best-practices")


def report(url: str, cookie: str | None = None) -> dict[str, Any]:
    """Lighthouse's report on ``url``, on its slow phone. Raises ``CalledProcessError``."""
    flags = [f"--only-categories={','.join(CATEGORIES)}", "--output=json", "--quiet"]
    flags += [f"--chrome-flags={' '.join(['--headless=new', *FLAGS])}"]
    flags += [f"--extra-headers={json.dumps({'Cookie': cookie})}"] if cookie else []
    done = subprocess.run(
        ["npx", "--yes", LIGHTHOUSE, url, *flags],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"CHROME_PATH": installed_chromium()},
        timeout=300,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main(arguments: list[str]) -> int:
    pool = (ROOT / "pools" / "demo.json").read_text()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), pool) as url:
        phone = student(url, "20240142", "Ada Byron")
        Console(url).command("next")
        cookie = "; ".join(f"{name}={value}" for name, value in phone.cookies.items())
        reports = {"join": report(url), "question": report(url, cookie)}
    perfect = True
    for name, found in reports.items():
        scores = {each: round(100 * found["categories"][each]["score"]) for each in CATEGORIES}
        perfect &= set(scores.values()) == {100}
        poor = [each["title"] for each in found["audits"].values() if each["score"] is not None and each["score"] < 0.9]
        sys.stdout.write(f"{name}: {scores} {'; '.join(poor)}\n")
        if arguments:
            kept = Path(arguments[0])
            kept.mkdir(parents=True, exist_ok=True)
            (kept / f"lighthouse-{name}.json").write_text(json.dumps(found))
    return 0 if perfect else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
