"""browser.py - headless Chromium for tests, spoken to over a pair of pipes (--remote-debugging-pipe: JSON parted by NUL)."""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

PATIENCE_S = 30


class Browser:
    """One page. open() waits until it is loaded; evaluate() returns a script's value; wait() asks until it is true."""

    def __init__(self, width=1200, height=900):
        self.errors = []  # what the page complained about: exceptions, refused loads
        self._folder = tempfile.mkdtemp(prefix="browser.")
        read_here, write_there = os.pipe()
        read_there, write_here = os.pipe()
        self._program = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{read_there} 4>&{write_there} {read_there}<&- {write_there}>&-', "chromium",
             "chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
             f"--user-data-dir={self._folder}", "--remote-debugging-pipe"],
            pass_fds=(read_there, write_there), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={**os.environ, "HOME": self._folder, "TMPDIR": self._folder},
            start_new_session=True,
        )
        os.close(read_there)
        os.close(write_there)
        self._in, self._out, self._rest, self._next = read_here, write_here, b"", 0
        self._session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for part in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{part}.enable")
        self.size(width, height)

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def _message(self, until):
        """The next message, as a dict."""
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._in], [], [], max(0, until - time.monotonic()))
            if not ready:
                raise TimeoutError("the browser is silent")
            piece = os.read(self._in, 1 << 20)
            if not piece:
                raise EOFError("the browser is gone")
            self._rest += piece
        text, _, self._rest = self._rest.partition(b"\0")
        message = json.loads(text)
        if message.get("method") == "Runtime.exceptionThrown":
            self.errors.append(message["params"]["exceptionDetails"]["text"])
        elif message.get("method") == "Log.entryAdded" and message["params"]["entry"]["source"] in ("security", "javascript"):
            self.errors.append(message["params"]["entry"]["text"])
        return message

    def call(self, method, **params):
        self._next += 1
        message = {"id": self._next, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + PATIENCE_S
        while True:
            answer = self._message(until)
            if answer.get("id") == self._next:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def take_cookies(self, client):
        """Those of a client of the tests: whoever is logged in there is logged in here."""
        for cookie in client.cookies:
            self.call("Network.setCookie", name=cookie.name, value=cookie.value, url=client.url, path="/")

    def open(self, url):
        self.evaluate("window.leaving = true")
        self.call("Page.navigate", url=url)
        self.loaded()

    def loaded(self):
        """Waits for the page behind the one that is being left."""
        self.wait("document.readyState === 'complete' && !window.leaving")

    def evaluate(self, script):
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")

    def wait(self, script):
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                value = self.evaluate(script)
            except RuntimeError:
                value = None  # between two pages
            if value:
                return value
            if time.monotonic() > until:
                raise TimeoutError(script)
            time.sleep(0.05)

    def key(self, key):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode={"Tab": 9, "Enter": 13}.get(key, 0))

    def tree(self):
        """What a screen reader meets: pairs of role and name."""
        nodes = self.call("Accessibility.getFullAXTree")["nodes"]
        return [
            (node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node.get("ignored")
        ]

    def shot(self, name):
        """A picture of the page, NAME.png below PORTICO_SHOTS; nothing when that is not set."""
        folder = os.environ.get("PORTICO_SHOTS")
        if folder:
            shot = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
            (Path(folder) / f"{name}.png").write_bytes(base64.b64decode(shot))

    def close(self):
        """Kills it with all its helpers: they would write to its folder until they notice that it is gone."""
        os.killpg(self._program.pid, signal.SIGKILL)
        self._program.wait()
        os.close(self._in)
        os.close(self._out)
        until = time.monotonic() + PATIENCE_S
        while os.path.exists(self._folder):
            shutil.rmtree(self._folder, ignore_errors=time.monotonic() < until)
