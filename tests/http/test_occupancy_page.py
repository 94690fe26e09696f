"""test_occupancy_page.py - the journeys of the old web client, by a page of another origin in a real browser (occupancy.md section 7)."""

import http.server
import json
import threading

import pytest
from harness.browser import Browser

pytestmark = pytest.mark.one_front

# The calls of that client, one after the other, each with what its script would read.
PAGE = """<!doctype html><title>journey</title><pre id="said"></pre><script>
const api = "%(url)s/space/", said = [];
async function call(method, path) {
  const body = await (await fetch(api + path, {method})).json();   // parsed unconditionally
  said.push(body.error ? {error: body.error} : {name: body.space_name, ...body.occupancy, applied: body.applied});
  return body;
}
(async () => {
  try {
    const made = await call("PUT", "new/occupancy/current/0/max/2/name/" + encodeURIComponent("Café / 1. Stock"));
    const id = made.space_id;
    await call("GET", id);
    await call("PUT", id + "/increment");
    await call("PUT", id + "/increment");
    await call("PUT", id + "/increment");
    await call("PUT", id + "/decrement");
    await call("PUT", id + "/max/" + parseInt("1"));
    await call("PUT", id + "/max/" + parseInt(""));
    await call("PUT", "new/occupancy/current/0/max/0");
    await call("GET", made.read_only_id);
    await call("PUT", made.read_only_id + "/increment");
    await call("GET", "nonsense");
    const again = await fetch(api + id, {cache: "no-cache"});
    said.push({again: again.status, current: (await again.json()).occupancy.current});
  } catch (failure) {
    said.push({failure: String(failure)});
  }
  document.getElementById("said").textContent = JSON.stringify(said);
})();
</script>"""


@pytest.fixture
def browse():
    """browse(page): what the page has written into #said when it is done."""
    pages = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(pages.get(self.path, "").encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    browser = Browser()

    def ask(page):
        pages["/"] = page
        browser.open(f"http://127.0.0.1:{server.server_port}/")
        return json.loads(browser.wait("document.getElementById('said').textContent"))

    yield ask
    browser.close()
    server.shutdown()
    server.server_close()


def test_a_page_of_another_origin_makes_the_journeys_of_the_old_client(portico, browse):
    said = browse(PAGE % {"url": portico.url})

    name = {"name": "Café / 1. Stock"}
    read_only = said.pop(10)["error"]
    assert read_only.endswith(" is for reading only")
    assert said == [
        {**name, "current": 0, "maximum": 2},
        {**name, "current": 0, "maximum": 2},
        {**name, "current": 1, "maximum": 2, "applied": True},
        {**name, "current": 2, "maximum": 2, "applied": True},
        {**name, "current": 2, "maximum": 2, "applied": False},
        {**name, "current": 1, "maximum": 2, "applied": True},
        {**name, "current": 1, "maximum": 1},
        {"error": "Invalid URL requested"},
        {"error": "Invalid occupancy value 0, must be 1 <= max <= 100000"},
        {**name, "current": 1, "maximum": 1},
        {"error": "nonsense is not in valid GUID format"},
        {"again": 200, "current": 1},
    ]
