"""What the tests of the datasets share: a machine without data, and a server that misbehaves."""

import http.server
import threading


def without_data(monkeypatch, tmp_path):
    """Take away data, caches and the network."""
    for variable in ("ANNBOOK_DATA", "ANNBOOK_REQUIRE_REAL", "TQDM_DISABLE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("ANNBOOK_OFFLINE", "1")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "sklearn"))


class DataServer(http.server.ThreadingHTTPServer):
    """Serves ``files`` (name -> bytes), each in the ``ways`` that it is told, then the right way.

    Attributes
    ----------
    asked : list of str
        The files that were asked for, in order.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files, self.ways, self.asked = {}, [], []
        self.closing = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        """Stop, and release those who wait for a silent answer."""
        self.closing.set()
        self.shutdown()
        self.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.send_response(403)  # refusing is answering
        self.end_headers()

    def do_GET(self):
        name = self.path.lstrip("/")
        self.server.asked.append(name)
        content = self.server.files[name]
        way = self.server.ways.pop(0) if self.server.ways else "right"
        if isinstance(way, int):
            self.send_response(way)
            self.end_headers()
            return
        if way == "redirected":
            self.send_response(302)
            self.send_header("Location", f"/{name}")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        if name.endswith(".gz") and "gzip" in self.headers.get("Accept-Encoding", ""):
            self.send_header("Content-Encoding", "gzip")  # whoever accepts it unpacks the file
        self.end_headers()
        if way == "wrong":
            self.wfile.write(bytes(len(content)))
        elif way == "right":
            self.wfile.write(content)
        else:
            self.wfile.write(content[: len(content) // 2])
            if way == "silent":
                self.server.closing.wait(30)
            else:
                assert way == "truncated"
