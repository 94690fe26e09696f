"""admin.py - the administration as a browser without a script meets it: pages, forms, notices."""

import html
import re

BASE = "/api/admin"


class Page:
    """What came back, with what a reader sees in it."""

    def __init__(self, answer):
        self.answer, self.status, self.text = answer, answer.status_code, answer.text
        self.location = answer.headers.get("Location")

    @property
    def words(self):
        """The text alone."""
        return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", self.text)))

    @property
    def title(self):
        found = re.search(r"<h1>(.*?)</h1>", self.text)
        return html.unescape(found.group(1)) if found else None

    @property
    def notice(self):
        found = re.search(r'<p class="notice[^>]*>(.*?)</p>', self.text)
        return html.unescape(re.sub(r"<[^>]*>", "", found.group(1))).strip() if found else None

    @property
    def rows(self):
        """The cells of a list's table."""
        body = re.search(r"<tbody>(.*?)</tbody>", self.text, re.DOTALL)
        made = []
        for row in re.findall(r"<tr>(.*?)</tr>", body.group(1) if body else "", re.DOTALL):
            cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
            cells = [cell for cell in cells if "_selected_action" not in cell]
            made.append([html.unescape(re.sub(r"<[^>]*>", "", cell)).strip() for cell in cells])
        return made

    def links(self, words):
        """Addresses of the links with these words."""
        return [html.unescape(href) for href, text in re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', self.text)
                if html.unescape(re.sub(r"<[^>]*>", "", text)).strip() == words]

    def values(self, name):
        """What the inputs of that name hold."""
        inputs = re.findall(r"<input\b[^>]*>", self.text)
        return [html.unescape(re.search(r'value="([^"]*)"', one).group(1)) for one in inputs
                if f'name="{name}"' in one and "value=" in one and ("checkbox" not in one or "checked" in one)]

    def faults(self, name):
        """The messages tied to a field."""
        found = re.search(rf'id="wrong_{name}">(.*?)</span>', self.text)
        return html.unescape(found.group(1)).strip() if found else None


class Desk:
    """A browser before the administration; `client` is whoever is signed in there."""

    def __init__(self, client):
        self.client = client

    def get(self, path="/", **options):
        return Page(self.client.get(BASE + path, contract=False, **options))

    def post(self, path, data=None, token=None, **options):
        """As a form of a page: with the token of the cookie in its field, unless another one is given."""
        fields = list((data or {}).items()) if isinstance(data or {}, dict) else list(data)
        token = self.client.cookies.get("csrftoken") if token is None else token
        if token:
            fields.append(("csrfmiddlewaretoken", token))
        return Page(self.client.post(BASE + path, data=fields, csrf=False, contract=False, **options))

    def log_in(self, username, password, next=None):
        self.get("/login/")
        return self.post("/login/", {"username": username, "password": password, **({"next": next} if next else {})})


def staff(portico, name, *permissions, superuser=False):
    """A signed-in staff member who holds these permissions."""
    client = portico.user(name, superuser=superuser)
    portico.sql(f"UPDATE account_user SET staff = 1 WHERE username = '{name}'")
    for permission in permissions:
        grant(portico, name, permission)
    return Desk(client)


def grant(portico, name, permission):
    portico.sql(f"INSERT INTO account_user_permission SELECT id, '{permission}' FROM account_user WHERE username = '{name}'")
