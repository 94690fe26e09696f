"""site.py - a whole site as nginx/portico-site.conf and apache/portico-site.conf describe it, on ports of 127.0.0.1 and ::1."""

import contextlib
import http.client
import os
import re
import shutil
import socket
import ssl

from .front import CRASHES, fill_in
from .processes import SERVICE_GROUP, SERVICE_USER, TESTS, Server, run, wait_for

NAME, WWW = "portal.example.org", "www.portal.example.org"


def has_ipv6():
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return True
    return False


ADDRESSES = ["127.0.0.1", "::1"] if has_ipv6() else ["127.0.0.1"]


class Site:
    """The files are those of the source, with the words filled in that the build would fill in and free ports for 80 and 443.

    `kind` is one of front.KINDS, `words` are those of Front.words(). `changes` are pairs of texts, found once at least in the
    files, and what stands in their place: a site's own values, or a mistake to be found."""

    def __init__(self, world, kind, folder, words, changes=(), environment=None):
        self.world, self.kind, self.folder = world, kind, folder
        self.server_kind = kind.partition("-")[0]
        self.http, self.https = _free_ports()
        self.webroot, self.certificates, self.share = folder / "webroot", folder / "tls", folder / "share"
        self.environment = environment or {}
        (self.webroot / ".well-known" / "acme-challenge").mkdir(parents=True)
        (self.webroot / "index.html").write_text("<title>Placeholder</title>\n", encoding="utf-8")
        self.certificates.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self.certificates, SERVICE_USER, SERVICE_GROUP)
        own = {"sharedir": self.share, "certificates": self.certificates, "webroot": self.webroot, "groups": world.installed.tls_groups()}
        self._write({**words, **own}, changes)
        self.certificate(NAME, WWW)
        serve = folder / "serve"
        shutil.copy(TESTS / "lib" / "front", serve)
        self.server = Server(world.guard, f"{kind} site", [serve, kind, folder, "-", self.file], folder / "server.log", env=self.environment)
        wait_for(self._listening, f"the site of {kind}: {folder}/server.log and {folder}/front/error.log")

    def _write(self, words, changes):
        unused = {old for old, _ in changes}
        for source in [*(TESTS.parent / "nginx").iterdir(), *(TESTS.parent / "apache").iterdir()]:
            if source.suffix == ".mk":
                continue
            text = source.read_text(encoding="utf-8")
            for old, new in changes:
                if old in text and source.parent.name == self.server_kind:
                    unused.discard(old)
                    text = text.replace(old, new)
            target = self.share / source.parent.name / source.name.removesuffix(".in")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(fill_in(text, words), encoding="utf-8")
        assert not unused, f"not in the files: {unused}"
        self.file = self.share / self.server_kind / "portico-site.conf"
        text = self.file.read_text(encoding="utf-8")
        for usual, port in ((80, self.http), (443, self.https)):
            text = re.sub(rf"listen {usual}\b", f"listen 127.0.0.1:{port}", text)
            # without IPv6 these lines stay, for another address
            other = f"[::1]:{port}" if "::1" in ADDRESSES else f"127.0.0.2:{port}"
            text = re.sub(rf"listen \[::\]:{usual}\b", f"listen {other}", text)
            text = text.replace(f"*:{usual}>", f"*:{port}>")
        if self.server_kind == "apache":
            listen = [f"Listen [{address}]:{port}" if ":" in address else f"Listen {address}:{port}"
                      for address in ADDRESSES for port in (self.http, self.https)]
            text = "\n".join([*listen, text])
        if self.kind == "apache-fcgid":
            text = text.replace("apache/portico-proxy-fcgi.conf", "apache/portico-fcgid.conf")
        self.file.write_text(text, encoding="utf-8")

    def _listening(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.https)) == 0 or not self.server.alive()

    def certificate(self, *names):
        """portico-certificate in our folder."""
        program = self.world.installed.program("portico-certificate")
        return run([program, "--folder", self.certificates, *names], service=True, cwd="/")

    def server_arguments(self):
        """How the server's own program is told which installation is meant."""
        front = self.folder / "front"
        if self.server_kind == "nginx":
            return ["-p", front, "-e", front / "error.log", "-c", front / "nginx.conf"]
        return ["-d", front, "-f", front / "apache.conf"]

    def deploy_hook(self, **variables):
        program = self.world.installed.program("portico-deploy-hook")
        # apache2ctl would read the system's own settings, and make the system's folders
        environment = {
            "APACHE_ENVVARS": "/dev/null", "APACHE_RUN_USER": SERVICE_USER, "APACHE_RUN_DIR": self.folder / "front",
            "APACHE_LOCK_DIR": self.folder / "front",
        }
        return run(
            [program, "--folder", self.certificates, self.server_kind, *self.server_arguments()], service=True, cwd="/",
            env={**os.environ, **self.environment, **{key: str(value) for key, value in {**environment, **variables}.items()}},
        )

    # ---- requests ----

    def connect(self, address="127.0.0.1", tls=True, sni=NAME, trust=None):
        """A connection; `trust` is a file of certificates that the server's must come from, None takes any."""
        connection = socket.create_connection((address, self.https if tls else self.http), timeout=60)
        if tls:
            context = ssl.create_default_context(cafile=trust)
            if trust is None:
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            connection = context.wrap_socket(connection, server_hostname=sni)
        return connection

    def ask(self, path="/", host=NAME, method="GET", body=None, headers=None, **options):
        """One request on a connection of its own, without following redirects."""
        options.setdefault("sni", host)
        with contextlib.closing(http.client.HTTPConnection(host)) as asked:
            asked.sock = self.connect(**options)
            asked.request(method, path, body, {"Host": host, "Connection": "close", **(headers or {})})
            answer = asked.getresponse()
            return Answer(answer.status, answer.headers, answer.read())

    def bytes_for(self, request, **options):
        """All that comes back for these bytes."""
        heard = b""
        with self.connect(**options) as connection:
            try:
                connection.sendall(request)
                while chunk := connection.recv(65536):
                    heard += chunk
            except (ConnectionError, ssl.SSLEOFError):
                pass
        return heard

    def certificate_of(self, sni):
        """What the server shows to a client that names this host in the handshake, as PEM."""
        with self.connect(sni=sni) as connection:
            return ssl.DER_cert_to_PEM_cert(connection.getpeercert(binary_form=True))

    def close(self):
        self.server.stop()
        errors = (self.folder / "front" / "error.log").read_text(encoding="utf-8", errors="replace")
        assert not any(word in errors for word in CRASHES), errors


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def all(self, name):
        """Every header of that name: a header that is sent twice counts twice."""
        return self.headers.get_all(name) or []


def _free_ports():
    """Two ports that are free on all of our addresses."""
    found = []
    while len(found) < 2:
        with contextlib.ExitStack() as probes, contextlib.suppress(OSError):
            port = 0
            for address in ADDRESSES:
                probe = probes.enter_context(socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET))
                probe.bind((address, port))
                port = probe.getsockname()[1]
            if port not in found:
                found.append(port)
    return found
