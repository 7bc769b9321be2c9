"""Firefox, driven by WebDriver BiDi as it comes: no driver, no build of somebody's own.

(Playwright's way to a stock Firefox, the channel "moz-firefox", asks for commands that the one of
Debian doesn't know.)
"""

import contextlib
import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import websocket

# The system is dark; nothing is fetched that no page asks for.
PREFERENCES = """user_pref("layout.css.prefers-color-scheme.content-override", 0);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
"""
# Its input ends with the tests, even if they are killed: then the browser and its profile go, too.
UNTIL_INPUT_ENDS = """
profile=$1; shift
"$@" > /dev/null 2>&1 & browser=$!
cat
kill -9 $browser; wait $browser 2> /dev/null; rm -rf "$profile"
"""


def find_firefox():
    """Return the path of a Firefox, or None."""
    return shutil.which("firefox") or shutil.which("firefox-esr")


class Firefox:
    """A session with one tab; keeps what its pages asked for, and what they complained of."""

    def __init__(self, address):
        self.socket = websocket.create_connection(
            f"{address}/session", timeout=30, suppress_origin=True
        )
        self.count, self.requests, self.problems = 0, [], []
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded", "network"])
        self.tab = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def ask(self, method, **params):
        """Send a command; return its result, and note the events that came before it."""
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": params}))
        while (said := json.loads(self.socket.recv())).get("id") != self.count:
            self.note(said["method"], said["params"])
        assert said["type"] == "success", said
        return said["result"]

    def note(self, event, about):
        """Keep an event."""
        if event == "log.entryAdded" and about["level"] in ("error", "warn"):
            self.problems.append(about["text"])
        elif event == "network.beforeRequestSent":
            self.requests.append(about["request"]["url"])
        elif event == "network.fetchError":
            self.problems.append(f"{about['errorText']} {about['request']['url']}")
        elif event == "network.responseCompleted" and about["response"]["status"] >= 400:
            self.problems.append(f"{about['response']['status']} {about['request']['url']}")

    def open(self, url):
        """Open a page and wait until it is loaded."""
        self.ask("browsingContext.navigate", context=self.tab, url=url, wait="complete")

    def evaluate(self, script):
        """Return what JavaScript gives: a string, a number, a truth; or a node's name."""
        said = self.ask(
            "script.evaluate", expression=script, target={"context": self.tab}, awaitPromise=True
        )
        assert said["type"] == "success", said["exceptionDetails"]["text"]
        return said["result"].get("sharedId", said["result"].get("value"))

    def wait_for(self, script, seconds=15):
        """Wait until JavaScript is true."""
        end = time.monotonic() + seconds
        while not self.evaluate(f"Boolean({script})"):
            assert time.monotonic() < end, f"never true: {script}; {self.problems}"
            time.sleep(0.05)

    def click(self, selector):
        """Click on the middle of the first element that a selector finds."""
        node = self.evaluate(
            f"""var node = document.querySelector({selector!r});
            node.scrollIntoView({{ block: "center", behavior: "instant" }}); node"""
        )
        origin = {"type": "element", "element": {"sharedId": node}}
        steps = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": origin},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        pointer = {"type": "pointer", "id": "mouse", "actions": steps}
        self.ask("input.performActions", context=self.tab, actions=[pointer])


@contextlib.contextmanager
def firefox(path):
    """Start a headless Firefox with a profile of its own; give a session."""
    profile = Path(tempfile.mkdtemp(prefix="firefox-"))
    (profile / "user.js").write_text(PREFERENCES)
    command = [path, "--headless", "--no-remote", "--profile", profile]
    command += ["--remote-debugging-port", "0"]
    guard = subprocess.Popen(
        ["sh", "-c", UNTIL_INPUT_ENDS, "sh", profile, *command],
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C must not end the guard before the browser
    )
    try:
        port, end = profile / "WebDriverBiDiServer.json", time.monotonic() + 60
        while not (port.exists() and port.read_text()):
            assert time.monotonic() < end, "Firefox doesn't listen"
            time.sleep(0.05)
        at = json.loads(port.read_text())
        yield Firefox(f"ws://{at['ws_host']}:{at['ws_port']}")
    finally:
        guard.stdin.close()
        guard.wait()
