"""client.py - a browser of the tests: cookies, CSRF token, and every answer held against the contract."""

import requests


class Client(requests.Session):
    """get, post, put … take a path below the server and return requests' answer.

    Unsafe methods carry the CSRF token of the cookie, as a page's script would, unless the call says csrf=False. Redirects
    are not followed. `contract=False` leaves an answer unchecked: for bytes that never were a request of this API."""

    def __init__(self, url, contract, username=None, password=None):
        super().__init__()
        self.url, self.contract = url, contract
        self.username, self.password = username, password
        self.trust_env = False

    def request(self, method, path, *args, csrf=True, contract=True, **options):
        options.setdefault("timeout", 90)
        options["allow_redirects"] = False
        headers = dict(options.pop("headers", None) or {})
        token = self.cookies.get("csrftoken")
        if csrf and token and method.upper() not in ("GET", "HEAD", "OPTIONS", "TRACE"):
            headers.setdefault("X-CSRFToken", token)
        answer = super().request(method, self.url + path, *args, headers=headers, **options)
        if contract:
            self.contract.check(answer)
        return answer

    def login(self, username=None, password=None):
        """Through the login route; returns its answer."""
        body = {"username": username or self.username, "password": password or self.password}
        return self.post("/api/facility/login/", json=body)
