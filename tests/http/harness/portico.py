"""portico.py - the `portico` of the tests: an installation with verbs for what tests put into it."""

import json
import secrets

from .client import Client


class Portico:
    """One per test, on an installation that is empty again; `front` has the programs and the settings."""

    def __init__(self, front, contract):
        self.front, self.contract = front, contract
        self.url = front.url
        self.settings = front.settings
        self.sql = front.sql
        self.cli = front.cli

    # ---- callers ----

    def anonymous(self):
        return Client(self.url, self.contract)

    def client(self, basic=None, token=None):
        """A caller without a session: Basic credentials as (name, password), or a token."""
        client = Client(self.url, self.contract)
        if basic:
            client.auth = basic
        if token:
            client.headers["Authorization"] = f"Token {token}"
        return client

    def user(self, name, quota=None, superuser=False, password=None, login=True):
        """A new account, logged in; `quota` sets max_simultaneous (or `sessions`), cpu, memory, hdd."""
        password = password or secrets.token_urlsafe(12)
        path = self.front.private_file("password", password)
        self.cli("user", "add", name, "--password-file", path, *(["--superuser"] if superuser else []))
        path.unlink()
        if quota:
            self.quota(name, **quota)
        client = Client(self.url, self.contract, name, password)
        if login:
            answer = client.login()
            assert answer.status_code == 200, f"login of {name}: {answer.status_code} {answer.text}"
        return client

    def admin(self, name="root"):
        return self.user(name, superuser=True)

    def quota(self, name, sessions=None, **values):
        """What is not given is what the settings give everybody."""
        values = {"max_simultaneous": 5, "cpu": 10, "memory": "30G", "hdd": "80G", **values}
        if sessions is not None:
            values["max_simultaneous"] = sessions
        self.cli("quota", "set", name, *_options(values))

    # ---- what they find ----

    def dataset(self, name, **files):
        """A folder below facility.data_roots; dataset("scan", readme_txt="words")."""
        folder = self.front.world.data / self.front.kind / name
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in (files or {"readme_txt": f"data of {name}\n"}).items():
            (folder / file.replace("_", ".")).write_text(text, encoding="utf-8")
        return folder

    def experiment(self, number, sessions=(), users=(), uid=22001, gid=22001, title="Title", text="Abstract", beamline="BL01"):
        """An experiment with sessions (numbers, or {number: data set path as JSON}) and participants (clients or names)."""
        identity = ["--uid", uid, "--gid", gid] if uid is not None else []
        self.cli(
            "experiment", "add", "--public-number", number, "--title", title, "--description", text,
            "--beamline-code", beamline, *map(str, identity),
        )
        for session in sessions:
            data = sessions[session] if isinstance(sessions, dict) else None
            self.session(number, session, data)
        for user in users:
            self.participant(getattr(user, "username", user), number)

    def session(self, number, session, data_set_path=None):
        if data_set_path is None:
            data_set_path = {str(self.dataset(session)): {"bind": f"/{session}", "mode": "ro"}}
        if not isinstance(data_set_path, str):
            data_set_path = json.dumps(data_set_path)
        self.cli(
            "session", "add", "--public-number", number, "--session-number", session,
            "--start-date", "2026-01-01T00:00:00", "--end-date", "2026-01-02T00:00:00",
            "--subject", "Subject", "--body", "Body", "--data-set-path", data_set_path,
        )

    def participant(self, name, number):
        self.cli("participant", "add", "--user", name, "--public-number", number)

    def image(self, name, image=None, type="docker_container", **values):
        """A launchable image; by default the notebook of tests/demo. Further values are options of `portico image add`."""
        defaults = {"cpu": 1, "memory": "64M", "hdd": "1G"}
        if image is None:
            image = "portico-demo-notebook:1"
        if image.startswith("portico-demo-notebook"):
            defaults.update(port_hook="8888/tcp", logs_er="token=[0-9a-f]+")
        elif image.startswith("portico-demo-desktop"):
            defaults.update(port_hook="5901/tcp", logs_er="connect via", protocol="vnc")
        values = {**defaults, **values}
        self.cli("image", "add", name, "--image", image, "--type", type, *_options(values))
        return name


def _options(values):
    """{"port_hook": "8888/tcp"} as --port-hook 8888/tcp; None is left out."""
    return [word for key, value in values.items() if value is not None for word in ("--" + key.replace("_", "-"), str(value))]
