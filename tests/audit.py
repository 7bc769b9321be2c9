"""Ask Lighthouse about the pages of the built site: ``make audit``, or ``make audit PAGE=index``.

It needs Node. Performance is measured by a clock, so it is worth reading on a quiet machine only.
"""

import functools
import gzip
import http.server
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from bookbuilder.chromium import find_chromium
from bookbuilder.pages import name_of, pages
from bookbuilder.site import SITE

LIGHTHOUSE = "lighthouse@12.8.2"  # the last for Node 18 and 20
LEAST = {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100}
RUNS = 3


class Compressing(http.server.SimpleHTTPRequestHandler):
    """Serves texts compressed, as GitHub Pages does."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return self.send_error(404)
        content = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix in (".html", ".css", ".js", ".mjs", ".svg", ".json"):
            content = gzip.compress(content)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        return None

    def log_message(self, *args):
        pass


def scores(url: str) -> dict[str, float]:
    """Return the scores of one run, of 100, and the shift of the layout."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = ["npx", "--yes", LIGHTHOUSE, url, "--quiet", "--output=json"]
        command += [f"--output-path={report}", "--chrome-flags=--headless=new --no-sandbox"]
        environment = {**os.environ, "CHROME_PATH": find_chromium()}
        subprocess.run(command, check=True, env=environment)
        found = json.loads(report.read_text())
    result = {name: round(100 * found["categories"][name]["score"]) for name in LEAST}
    faults = [a["id"] for a in found["audits"].values() if a.get("score") == 0]
    shift = found["audits"]["cumulative-layout-shift"]["numericValue"]
    return {**result, "shift": round(shift, 3), "faults": faults}


def main(names: list[str]) -> int:
    """Print a line for each page; return 1 if one has less than it should."""
    if not shutil.which("npx") or not find_chromium() or not SITE.exists():
        print("make audit needs Node (npx), Chromium and a built site", file=sys.stderr)
        return 1
    handler = functools.partial(Compressing, directory=SITE)
    bad = 0
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name in names or [name_of(page) for page in pages()]:
            url = f"http://127.0.0.1:{server.server_port}/{name}.html"
            runs = [scores(url) for _ in range(RUNS)]
            middle = {key: statistics.median(run[key] for run in runs) for key in [*LEAST, "shift"]}
            low = [key for key in LEAST if middle[key] < LEAST[key]]
            bad += bool(low) or middle["shift"] > 0.01
            print(f"{name:38}", *middle.values(), *(runs[0]["faults"] if low else ()), flush=True)
        server.shutdown()
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
