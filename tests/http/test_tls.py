"""test_tls.py - a whole site with TLS in front of Portico, as nginx/portico-site.conf and apache/portico-site.conf describe it:
names, redirects, headers, limits, certificates, over IPv4 and IPv6. The rules are those of the end-to-end suite of the service
that Portico replaces, and of Mozilla's intermediate profile."""

import contextlib
import json
import os
import re
import secrets
import shutil
import ssl
import stat
import subprocess

import pytest

from harness.load import Load
from harness.processes import SERVICE_GROUP, SERVICE_USER, Failed, Server, as_service, free_port, run
from harness.site import ADDRESSES, NAME, WWW, Site

HSTS = "max-age=63072000"
ONCE = ("Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Content-Type", "Retry-After")


@pytest.fixture(params=["127.0.0.1", "::1"], ids=["IPv4", "IPv6"])
def address(request):
    if request.param not in ADDRESSES:
        pytest.skip("this machine has no IPv6 loopback address")
    return request.param


@pytest.fixture(scope="module")
def made_site(front):
    """One site for the tests that only ask. Anybody may list users and register, as the suite expects."""
    with (
        front.settings("web", hosts=f"{NAME}, 127.0.0.1"),
        front.settings("accounts", policy="upstream"),
        site_of(front) as made,
    ):
        yield made


@pytest.fixture
def site(made_site, portico):
    """`portico` empties the installation and holds the daemon to its word."""
    return made_site


@contextlib.contextmanager
def site_of(front, *changes):
    """A site in front of that installation, with other values in its files."""
    folder = front.world.make_folder(f"site.{secrets.token_hex(3)}", service=True)
    made = None
    try:
        made = Site(front.world, front.kind, folder, front.words(), changes, front.environment())
        yield made
    finally:
        if made:
            made.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def bare_site(world, *changes, kind="nginx"):
    """A site with no Portico behind it."""
    folder = world.make_folder(f"site.{secrets.token_hex(3)}", service=True)
    words = {"socket": folder / "none.sock", "program": "/bin/false", "config": folder / "none.ini", "rundir": folder}
    made = None
    try:
        made = Site(world, kind, folder, words, changes)
        yield made
    finally:
        if made:
            made.close()
        shutil.rmtree(folder, ignore_errors=True)


def secure(answer):
    """Each header once, HSTS among them."""
    assert answer.all("Strict-Transport-Security") == [HSTS]
    for name in ("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
        assert len(answer.all(name)) == 1, name
    for name in ONCE:
        assert len(answer.all(name)) <= 1, name


# ---- names and redirects ----


@pytest.mark.only_fronts("nginx")
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("path", ["/", "/api/", "/.well-known/acme-challenge/x"])
def test_closes_the_connection_of_an_unknown_host_without_a_byte(site, address, tls, path):
    for host in ("unknown.example", "portal.example.org.unknown.example", "192.0.2.1", ""):
        heard = site.bytes_for(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(), address=address, tls=tls, sni="unknown.example")
        # without a host it is not a request of HTTP/1.1, which nginx says
        assert heard == b"" or (host == "" and heard.startswith(b"HTTP/1.1 400 ")), host


@pytest.mark.only_fronts("apache-proxy", "apache-fcgid")
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("path", ["/", "/api/"])
def test_tells_an_unknown_host_nothing_but_a_status(site, address, tls, path):
    answer = site.ask(path, host="unknown.example", address=address, tls=tls)

    assert answer.status == 421
    assert answer.body.strip() == b""


@pytest.mark.parametrize("host", [NAME, WWW])
@pytest.mark.parametrize("path", ["/", "/api/", "/api", "/api/users/?page=2&x=%20", "/space/a%2Fb", "/a//b"])
def test_leads_from_http_to_https(site, address, host, path):
    answer = site.ask(path, host=host, address=address, tls=False)

    assert answer.status == 301
    assert answer.all("Location") == [f"https://{NAME}{path}"]
    # a browser must not believe it from a connection that anybody may have changed
    assert answer.all("Strict-Transport-Security") == []


def test_leads_an_address_in_its_long_form_to_https(site):
    for tls, sni in ((False, None), (True, WWW)):
        request = f"GET http://{WWW}/a%2Fb?x=1 HTTP/1.1\r\nHost: {WWW}\r\nConnection: close\r\n\r\n"
        heard = site.bytes_for(request.encode(), tls=tls, sni=sni)

        assert heard.startswith(b"HTTP/1.1 301 ")
        assert f"\r\nLocation: https://{NAME}/a%2Fb?x=1\r\n".encode() in heard


@pytest.mark.parametrize("path", ["/", "/api/", "/page?x=1"])
def test_leads_from_www_to_the_bare_name(site, address, path):
    answer = site.ask(path, host=WWW, address=address)

    assert answer.status == 301
    assert answer.all("Location") == [f"https://{NAME}{path}"]
    secure(answer)


def test_leads_from_the_bare_prefix_to_the_index(site, address):
    answer = site.ask("/api?x=1", address=address)

    assert answer.status == 301
    assert re.sub(rf"^https://{re.escape(NAME)}(:\d+)?", "", answer.headers["Location"]) == "/api/?x=1"
    secure(answer)


def test_answers_the_api(site, address):
    answer = site.ask("/api/", address=address)

    assert answer.status == 200
    assert all(link.startswith(f"https://{NAME}/") for link in json.loads(answer.body).values())
    secure(answer)


def test_answers_whoever_names_no_host_in_the_handshake(site, address):
    """As the suite does, and monitors: they come by address and say the name in the request alone."""
    answer = site.ask("/api/", address=address, sni=None)

    assert answer.status == 200
    secure(answer)


@pytest.mark.parametrize(
    ("url", "said"),
    [(f"https://{NAME}/api/", "2 200 "), (f"https://{WWW}/a%2Fb?x=1", f"2 301 https://{NAME}/a%2Fb?x=1")],
    ids=["api", "redirect"],
)
def test_speaks_http_2(site, address, url, said):
    connect = f"[{address}]" if ":" in address else address
    heard = run(["curl", "-sk", "--http2", "-o", "/dev/null", "-w", "%{http_version} %{http_code} %{redirect_url}", "--connect-to",
                 f"::{connect}:{site.https}", url])

    assert heard == said


def test_lists_users_and_registers_one(site, address):
    name = f"e2e-test-{secrets.token_hex(8)}"
    made = site.ask("/api/users/", method="POST", address=address, headers={"Content-Type": "application/json"},
                    body=json.dumps({"username": name, "password": f"pw{secrets.token_hex(3)}"}))
    listed = site.ask("/api/users/", address=address)

    assert made.status == 201, made.body
    assert made.all("Location")[0].startswith(f"https://{NAME}/api/users/")
    assert listed.status == 200
    users = json.loads(listed.body)
    assert name in [user["username"] for user in users]
    for user in users:
        assert isinstance(user["email"], str) and isinstance(user["url"], str) and isinstance(user["groups"], list)
    secure(made)
    secure(listed)


def test_serves_what_is_not_ours(site):
    page, missing = site.ask("/"), site.ask("/no/such/page")

    assert page.status == 200
    assert b"Placeholder" in page.body
    assert missing.status == 404
    secure(page)
    secure(missing)


@pytest.mark.only_fronts("nginx")
def test_hands_the_contact_form_at_the_root_to_portico(site):
    answer = site.ask("/", method="POST", body="{}", headers={"Content-Type": "application/json"})

    assert answer.headers["Content-Type"].startswith("application/json")
    assert "error" in json.loads(answer.body)
    secure(answer)


@pytest.mark.parametrize("host", [NAME, WWW])
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_serves_challenges_on_every_name(site, address, host, tls):
    token = secrets.token_urlsafe(32)
    (site.webroot / ".well-known" / "acme-challenge" / token).write_text(f"{token}.proof", encoding="utf-8")

    answer = site.ask(f"/.well-known/acme-challenge/{token}", host=host, address=address, tls=tls)
    missing = site.ask("/.well-known/acme-challenge/none", host=host, address=address, tls=tls)

    assert (answer.status, answer.body.decode()) == (200, f"{token}.proof")
    assert missing.status == 404


# ---- headers of what goes wrong ----


@pytest.mark.parametrize(("path", "status"), [("/api/none/", 404), ("/api/users/", 400), ("/space/x", 400)])
def test_has_each_header_once_on_what_portico_refuses(site, path, status):
    method = "POST" if status == 400 and "users" in path else "GET"
    answer = site.ask(path, method=method, body="{" if method == "POST" else None, headers={"Content-Type": "application/json"})

    assert answer.status == status
    secure(answer)


@pytest.mark.parametrize("path", ["/api/users/", "/space/x", "/api/space/x"])
def test_has_each_header_once_on_a_body_that_is_too_large(site, path):
    answer = site.ask(path, method="POST", body=b"x", headers={"Content-Length": str(2 * 1024 * 1024), "Content-Type": "application/json"})

    assert answer.status == 413
    assert answer.headers["Access-Control-Allow-Origin"] == ("*" if "space" in path else None)
    assert b"code" in answer.body if "space" not in path else "error" in json.loads(answer.body)
    secure(answer)


@pytest.mark.parametrize("sni", [NAME, None], ids=["named", "by address"])
def test_has_hsts_on_what_is_no_request(site, sni):
    heard = site.bytes_for(b"GET / HTTP/1.1\r\nHost: portal.example.org\r\nContent-Length: nonsense\r\n\r\n", sni=sni)

    assert heard.startswith(b"HTTP/1.1 400 ")
    assert heard.lower().count(b"\r\nstrict-transport-security: max-age=63072000\r\n") == 1


@pytest.mark.only_fronts("nginx", "apache-proxy")
@pytest.mark.parametrize("path", ["/api/", "/space/x", "/api/space/x"])
def test_has_each_header_once_when_the_pool_is_away(site, portico, path):
    portico.front.pool.stop()
    try:
        answer = site.ask(path)
    finally:
        portico.front.start_pool()
        portico.front.wait_ready()

    assert answer.status == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Access-Control-Allow-Origin"] == ("*" if "space" in path else None)
    assert json.loads(answer.body)
    secure(answer)


# ---- limits ----


@pytest.fixture
def strict_site(front, made_site):
    """A client may ask the API three times, then once in a long while."""
    slow = (("rate=50r/s", "rate=1r/m"), ("burst=100", "burst=2"), ("rate=200r/s", "rate=1r/m"), ("burst=500", "burst=9"))
    with site_of(front, *slow) as made:
        yield made


@pytest.mark.only_fronts("nginx")
@pytest.mark.parametrize("path", ["/api/", "/api/space/x", "/space/x", "/space"])
def test_refuses_too_many_requests_in_the_words_of_the_app(strict_site, path):
    within = [strict_site.ask(path) for _ in range(3)]
    beyond = strict_site.ask(path)

    assert all(answer.status != 429 for answer in within)
    assert beyond.status == 429
    assert beyond.headers["Retry-After"] == "1"
    told = json.loads(beyond.body)
    if "space" in path:
        assert list(told) == ["error"]
        assert beyond.headers["Content-Type"] == "application/json; charset=UTF-8"
        assert beyond.headers["Access-Control-Allow-Origin"] == "*"
    else:
        assert (told["status"], told["code"]) == (429, "web.throttled")
        assert told["detail"] == "Request was throttled. Expected available in 1 second."
        assert beyond.headers["Content-Type"] == "application/problem+json"
        assert beyond.headers["Access-Control-Allow-Origin"] is None
    secure(beyond)


@pytest.mark.only_fronts("nginx")
@pytest.mark.parametrize("path", ["/", "/no/such/page"])
def test_refuses_too_many_requests_with_a_page(strict_site, path):
    within = [strict_site.ask(path) for _ in range(5)]
    while (beyond := strict_site.ask(path)).status != 429:
        within.append(beyond)

    assert {answer.status for answer in within} == {200 if path == "/" else 404}
    # "/" is looked up, and then its index: counted once, whatever nginx does inside
    assert len(within) == 10
    assert beyond.headers["Content-Type"] == "text/html"
    assert beyond.headers["Retry-After"] == "1"
    assert b"<title>429 Too Many Requests</title>" in beyond.body
    secure(beyond)


@pytest.mark.only_fronts("nginx")
def test_counts_each_address_for_itself_and_no_redirects(strict_site):
    for _ in range(15):
        assert strict_site.ask("/", tls=False).status == 301
        assert strict_site.ask("/", host=WWW).status == 301
        assert strict_site.ask("/api").status == 301
    while strict_site.ask("/api/").status != 429:
        pass

    if len(ADDRESSES) > 1:
        assert strict_site.ask("/api/", address="::1").status == 200
    assert strict_site.ask("/").status == 200


@pytest.mark.only_fronts("nginx")
def test_refuses_more_connections_of_an_address_than_it_may_have(front, made_site, eventually):
    with site_of(front, ("limit_conn        portico_connections 100", "limit_conn portico_connections 1")) as site:
        with site.connect() as first:
            first.sendall(f"POST /api/users/ HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 100\r\n\r\n{{".encode())
            beyond = eventually(lambda: (answer := site.ask("/api/")).status == 429 and answer, "a refusal")

        assert json.loads(beyond.body)["code"] == "web.throttled"
        secure(beyond)
        assert eventually(lambda: site.ask("/api/").status == 200, "the first one to be gone")


# ---- the certificates of the site, and their renewal ----


def give(folder):
    """To the user that the services run as, with all that is in it."""
    for path in [folder, *folder.rglob("*")]:
        if os.geteuid() == 0:
            shutil.chown(path, SERVICE_USER, SERVICE_GROUP)


def authority(folder, responder=None):
    """A certificate authority of our own; returns issue(name…), which makes a folder as certbot's are, and the authority's file."""
    folder.mkdir()
    run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
         "/CN=Authority of the tests", "-keyout", folder / "ca.key", "-out", folder / "ca.pem"])

    def issue(*names, days=30):
        lineage = folder / f"lineage.{secrets.token_hex(3)}"
        lineage.mkdir()
        extensions = f"subjectAltName={','.join('DNS:' + name for name in names)}\nbasicConstraints=CA:FALSE\n"
        if responder:
            extensions += f"authorityInfoAccess=OCSP;URI:{responder}\n"
        (folder / "extensions").write_text(extensions, encoding="utf-8")
        run(["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={names[0]}",
             "-keyout", lineage / "privkey.pem", "-out", lineage / "request"])
        run(["openssl", "x509", "-req", "-in", lineage / "request", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-days", days,
             "-CAcreateserial", "-extfile", folder / "extensions", "-out", lineage / "cert.pem"])
        (lineage / "fullchain.pem").write_text((lineage / "cert.pem").read_text() + (folder / "ca.pem").read_text(), encoding="utf-8")
        shutil.copy(folder / "ca.pem", lineage / "chain.pem")
        give(folder)
        return lineage

    return issue, folder / "ca.pem"


def renew(site, lineage, eventually, *names):
    """As certbot would, and until the server shows it: a reload goes on after the program that asked for it, and for a moment
    old workers take connections beside the new ones."""
    names = names or (NAME,)
    site.deploy_hook(RENEWED_LINEAGE=lineage, RENEWED_DOMAINS=" ".join(names))
    own = (lineage / "cert.pem").read_text(encoding="utf-8").strip()
    eventually(lambda: all(site.certificate_of(name).strip() == own for name in [*names] * 20), "the renewed certificate")


def test_shows_each_name_its_own_certificate(site):
    for name in (NAME, WWW):
        own = (site.certificates / name / "fullchain.pem").read_text(encoding="utf-8")
        assert site.certificate_of(name).strip() == own.strip()
        assert site.ask("/", host=name, trust=site.certificates / name / "fullchain.pem").status in (200, 301)
    assert site.certificate_of("unknown.example") == site.certificate_of(None) == site.certificate_of(NAME)


def load_on(site, trust):
    """Callers with a connection for each request, who trust nothing but these certificates."""
    return Load(lambda number: site.ask("/api/health/live", address=ADDRESSES[number % len(ADDRESSES)], trust=trust).status)


# mod_fcgid ends its workers when Apache is reloaded, busy or not: doc/front-servers.md says so
@pytest.mark.only_fronts("nginx", "apache-proxy")
def test_takes_renewed_certificates_without_a_failed_request(front, made_site, tmp_path, eventually):
    issue, ca = authority(tmp_path / "authority")
    # the callers come faster than one client may
    with site_of(front, *([("rate=50r/s", "rate=10000r/s"), ("rate=200r/s", "rate=10000r/s")] if front.kind == "nginx" else [])) as site:
        trust = tmp_path / "trust.pem"
        trust.write_text((site.certificates / NAME / "fullchain.pem").read_text() + ca.read_text(), encoding="utf-8")
        with load_on(site, trust) as load:
            load.goes_on(eventually)
            for _ in range(3):
                renew(site, issue(NAME, WWW), eventually, NAME, WWW)
                load.goes_on(eventually)

        assert load.failures == []
        # the server's own program agrees: it is the authority's now, for both names
        assert site.ask("/api/health/live", trust=ca).status == 200
        assert site.ask("/", host=WWW, trust=ca).status == 301


@pytest.mark.parametrize("kind", ["nginx", "apache-proxy"])
def test_hook_refuses_what_the_server_would_not_take(world, tmp_path, kind):
    issue, ca = authority(tmp_path / "authority")
    with bare_site(world, kind=kind) as site:
        before = site.certificate_of(NAME)
        wrong = issue(NAME)
        shutil.copy(issue(NAME) / "privkey.pem", wrong / "privkey.pem")

        for lineage in (wrong, tmp_path / "none"):
            with pytest.raises(Failed, match="no certificate with its key: nothing was changed"):
                site.deploy_hook(RENEWED_LINEAGE=lineage, RENEWED_DOMAINS=NAME)
        right = site.file.read_text(encoding="utf-8")
        site.file.write_text(right + "\nnonsense on;\n", encoding="utf-8")
        with pytest.raises(Failed, match="nonsense"):
            site.deploy_hook()

        assert os.readlink(site.certificates / NAME).startswith(".self-signed/")
        assert site.server.alive()
        assert site.certificate_of(NAME) == before
        assert site.ask("/").status == 200


def test_hook_leaves_a_folder_of_the_site_alone_and_takes_no_other_name(world, tmp_path):
    issue, ca = authority(tmp_path / "authority")
    with bare_site(world) as site:
        own = issue(WWW)
        (site.certificates / WWW).unlink()
        own.rename(site.certificates / WWW)
        new = issue(NAME, WWW)

        site.deploy_hook(RENEWED_LINEAGE=new, RENEWED_DOMAINS=f"{NAME} {WWW} ../outside *.example.org")

        assert os.readlink(site.certificates / NAME) == str(new)
        assert not (site.certificates / WWW).is_symlink()
        assert not (site.folder / "outside").exists()
        assert sorted(path.name for path in site.certificates.iterdir()) == [".self-signed", NAME, WWW]


# ---- portico-certificate ----


class Certificates:
    """The program with a folder of its own."""

    def __init__(self, world, folder):
        self.program, self.folder = world.installed.program("portico-certificate"), folder

    def see_to(self, *words):
        command = [str(word) for word in (self.program, "--folder", self.folder, *words)]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **as_service())
        return done.returncode, done.stdout + done.stderr

    def text(self, name):
        return run(["openssl", "x509", "-in", self.folder / name / "fullchain.pem", "-noout", "-text"])

    def pem(self, name):
        return (self.folder / name / "fullchain.pem").read_text(encoding="utf-8")


@pytest.fixture
def certificates(world, tmp_path):
    folder = tmp_path / "tls"
    folder.mkdir()
    give(folder)
    return Certificates(world, folder)


LONG = ".".join(["a" * 60, "b" * 60, "example.org"])


@pytest.mark.parametrize(
    ("name", "said"),
    [(NAME, f"DNS:{NAME}"), ("localhost", "DNS:localhost"), (LONG, f"DNS:{LONG}"), ("127.0.0.1", "IP Address:127.0.0.1"),
     ("::1", "IP Address:0:0:0:0:0:0:0:1")],
    ids=["name", "short", "long", "IPv4", "IPv6"],
)
def test_makes_a_certificate_that_is_valid_for_its_name(certificates, name, said):
    assert certificates.see_to(name)[0] == 0

    found = re.search(r"Subject Alternative Name: *\n *(.*)\n", certificates.text(name))
    assert found.group(1) == said
    pair = certificates.folder / name
    ssl.create_default_context().load_cert_chain(pair / "fullchain.pem", pair / "privkey.pem")
    kind = "-verify_ip" if said.startswith("IP") else "-verify_hostname"
    run(["openssl", "verify", "-CAfile", pair / "fullchain.pem", "-purpose", "sslserver", kind, name, pair / "fullchain.pem"])
    with pytest.raises(Failed):
        run(["openssl", "verify", "-CAfile", pair / "fullchain.pem", "-verify_hostname", "other.example", pair / "fullchain.pem"])
    run(["openssl", "x509", "-in", pair / "fullchain.pem", "-noout", "-checkend", 89 * 86400])


def test_keeps_the_key_to_itself(certificates):
    certificates.see_to(NAME)

    pair = certificates.folder / NAME
    assert stat.S_IMODE((pair / "privkey.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE((pair / "fullchain.pem").stat().st_mode) == 0o644


def test_keeps_a_certificate_until_it_nears_its_end(certificates):
    certificates.see_to("--days", 90, NAME, WWW)
    first, other = certificates.pem(NAME), certificates.pem(WWW)

    assert certificates.see_to(NAME, WWW) == (0, "")
    assert certificates.pem(NAME) == first
    certificates.see_to("--days", 120, "--renew", 100, NAME)
    assert certificates.pem(NAME) != first
    assert certificates.pem(WWW) == other
    # nothing of the old one stays
    assert len(list((certificates.folder / ".self-signed").iterdir())) == 2


@pytest.mark.parametrize("lost", ["fullchain.pem", "privkey.pem"])
def test_mends_what_it_made_when_a_half_is_lost(certificates, lost):
    certificates.see_to(NAME, WWW)
    other = certificates.pem(WWW)
    (certificates.folder / NAME / lost).unlink()

    assert certificates.see_to(NAME, WWW)[0] == 0

    pair = certificates.folder / NAME
    ssl.create_default_context().load_cert_chain(pair / "fullchain.pem", pair / "privkey.pem")
    assert certificates.pem(WWW) == other


@pytest.mark.parametrize("linked", [True, False], ids=["link", "folder"])
@pytest.mark.parametrize("days", [30, 1], ids=["fresh", "near its end"])
def test_does_not_touch_a_real_certificate(certificates, tmp_path, linked, days):
    lineage = authority(tmp_path / "authority")[0](NAME, days=days)
    if linked:
        (certificates.folder / NAME).symlink_to(lineage)
    else:
        shutil.copytree(lineage, certificates.folder / NAME)
        give(certificates.folder)
    before = certificates.pem(NAME)

    code, said = certificates.see_to(NAME, WWW)

    assert code == 0
    assert NAME not in said.replace(WWW, "")
    assert certificates.pem(NAME) == before
    assert certificates.pem(WWW)


def test_warns_of_a_real_certificate_that_has_expired(certificates, tmp_path):
    lineage = authority(tmp_path / "authority")[0](NAME, days=0)
    (certificates.folder / NAME).symlink_to(lineage)

    code, said = certificates.see_to(NAME)

    assert code == 0
    assert "has expired and is not ours to renew" in said
    assert os.readlink(certificates.folder / NAME) == str(lineage)


def test_does_not_replace_what_it_may_not_read(certificates, tmp_path):
    lineage = authority(tmp_path / "authority")[0](NAME)
    (lineage / "privkey.pem").chmod(0)
    (certificates.folder / NAME).symlink_to(lineage)

    code, said = certificates.see_to(NAME)

    assert code == 1
    assert "privkey.pem cannot be read by this user" in said
    assert os.readlink(certificates.folder / NAME) == str(lineage)


def test_stands_in_for_a_certificate_that_a_link_no_longer_leads_to(certificates, tmp_path):
    lineage = authority(tmp_path / "authority")[0](NAME)
    (certificates.folder / NAME).symlink_to(lineage)
    (lineage / "privkey.pem").unlink()

    code, said = certificates.see_to(NAME)

    assert code == 0
    assert "WARNING" in said and str(lineage) in said
    assert f"DNS:{NAME}" in certificates.text(NAME)
    assert (lineage / "fullchain.pem").exists()
    assert "self-signed" in certificates.text(NAME)


def test_says_which_folder_is_incomplete_and_sees_to_the_others(certificates, tmp_path):
    lineage = authority(tmp_path / "authority")[0](NAME)
    shutil.copytree(lineage, certificates.folder / NAME)
    (certificates.folder / NAME / "privkey.pem").unlink()
    give(certificates.folder)

    code, said = certificates.see_to(NAME, WWW)

    assert code == 1
    assert f"{certificates.folder}/{NAME} holds no certificate with its key" in said
    left = {path.name for path in lineage.iterdir()} - {"privkey.pem"}
    assert {path.name for path in (certificates.folder / NAME).iterdir()} == left
    assert certificates.pem(WWW)


@pytest.mark.parametrize("name", ["", "a/b", "..", ".hidden", "a..b", "-x", "a,DNS:b", "a\nb", "*.example.org", "a b", "$(id)", "x" * 254])
def test_refuses_what_is_no_name(certificates, name):
    code, said = certificates.see_to(WWW, name)

    assert code == 2
    assert list(certificates.folder.iterdir()) == []


@pytest.mark.parametrize("words", [[], ["--days", "0", NAME], ["--days", "x", NAME], ["--days", "10", "--renew", "10", NAME]])
def test_refuses_what_makes_no_sense(certificates, words):
    assert certificates.see_to(*words)[0] == 2
    assert list(certificates.folder.iterdir()) == []


def test_refuses_an_address_that_is_none(certificates):
    code, said = certificates.see_to("999.1.1.1", WWW)

    assert code == 1
    assert "999.1.1.1: openssl made no certificate" in said
    assert certificates.pem(WWW)
    assert not (certificates.folder / "999.1.1.1").exists()
    assert len(list((certificates.folder / ".self-signed").iterdir())) == 1


# ---- portico-tls-check ----


def tls_check(site, *words, host=NAME, address="127.0.0.1"):
    """Its exit status, what it found good, what it found bad."""
    program = site.world.installed.program("portico-tls-check")
    command = [program, "--connect", address, *words, f"[{host}]:{site.https}" if ":" in host else f"{host}:{site.https}"]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    good = [line[6:] for line in done.stdout.splitlines() if line.startswith("ok ")]
    bad = [line[6:] for line in done.stdout.splitlines() if line.startswith("FAIL ")]
    assert len(good) + len(bad) == len(done.stdout.splitlines()), done.stdout + done.stderr
    return done.returncode, good, bad


@pytest.mark.parametrize("host", [NAME, WWW])
def test_check_finds_the_site_in_order(site, address, host):
    code, good, bad = tls_check(site, "--ca", site.certificates / host / "fullchain.pem", host=host, address=address)

    assert (code, bad) == (0, [])
    for what in ("TLS 1: refused", "TLS 1.1: refused", "TLS 1.2: spoken", "TLS 1.3: spoken", "other TLS 1.2 cipher suites: refused",
                 "other key exchange groups: refused", "HTTP/2: spoken", f"certificate: for {host}",
                 "stapling: not needed, the certificate names no responder"):
        assert what in good
    assert f"HSTS of a page that is not there: {HSTS}" in good


SUITES = "ECDHE-RSA-CHACHA20-POLY1305"
MISTAKES = {
    "TLS 1": ("nginx", (("TLSv1.2 TLSv1.3", "TLSv1 TLSv1.2 TLSv1.3"), (SUITES, "ALL:@SECLEVEL=0"))),
    "TLS 1.1": ("nginx", (("TLSv1.2 TLSv1.3", "TLSv1.1 TLSv1.2 TLSv1.3"), (SUITES, "ALL:@SECLEVEL=0"))),
    "TLS 1.2": ("nginx", (("TLSv1.2 TLSv1.3", "TLSv1.3"),)),
    "TLS 1.3": ("nginx", (("TLSv1.2 TLSv1.3", "TLSv1.2"),)),
    "other TLS 1.2 cipher suites": ("nginx", ((SUITES, f"{SUITES}:ECDHE-ECDSA-AES256-SHA"),)),
    "other key exchange groups": ("nginx", (("@groups@", "auto"),)),
    "HSTS of the first page": ("nginx", (("max-age=63072000", "max-age=300"),)),
    "HSTS of a page that is not there": ("nginx", (('"max-age=63072000" always', '"max-age=63072000"'),)),
    "HTTP/2": ("nginx", (("ssl http2", "ssl"),)),
    # the same through Apache's words for it
    "TLS 1.1 of Apache": ("apache-proxy", (("-all +TLSv1.2", "-all +TLSv1.1 +TLSv1.2"), (SUITES, "ALL:@SECLEVEL=0"))),
    "HTTP/2 of Apache": ("apache-proxy", (("Protocols h2 http/1.1", "Protocols http/1.1"),)),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_check_finds_a_mistake(world, mistake):
    kind, changes = MISTAKES[mistake]
    with bare_site(world, *changes, kind=kind) as site:
        code, good, bad = tls_check(site, "--self-signed")

    assert code == 1
    assert mistake.removesuffix(" of Apache") in [line.split(":")[0] for line in bad]


def test_check_finds_a_header_that_is_sent_twice(world):
    with bare_site(world, ("server_tokens off;\n\n", 'add_header Strict-Transport-Security "max-age=63072000" always;\n')) as site:
        code, good, bad = tls_check(site, "--self-signed")

    assert code == 1
    assert "HSTS of the first page: more than one header" in bad


def test_check_looks_at_the_certificate(world, tmp_path, eventually):
    issue, ca = authority(tmp_path / "authority")
    with bare_site(world) as site:
        assert tls_check(site, "--self-signed")[0] == 0
        code, good, bad = tls_check(site)
        assert code == 1
        assert [line.split(":")[0] for line in bad] == ["chain"]
        assert "certificate: not for other.example" in tls_check(site, "--self-signed", host="other.example")[2]
        assert [line.split(":")[0] for line in tls_check(site, "--self-signed", "--days", 91)[2]] == ["certificate"]

        renew(site, issue(NAME), eventually)
        assert tls_check(site, "--ca", ca)[::2] == (0, [])
        # trusted, but made for another name
        assert "chain" in [line.split(":")[0] for line in tls_check(site, "--ca", ca, host="other.example")[2]]


@pytest.mark.parametrize("other", ADDRESSES)
def test_check_knows_addresses(world, eventually, other):
    with bare_site(world) as site:
        site.certificate(other)
        pair = site.certificates / other
        lineage = site.certificates / os.readlink(pair)
        shutil.copy(lineage / "fullchain.pem", lineage / "cert.pem")
        renew(site, lineage, eventually)
        code, good, bad = tls_check(site, "--ca", pair / "fullchain.pem", host=other, address=other)

    assert f"certificate: for {other}" in good
    assert "chain: leads to an authority that is trusted here" in good
    # an address is no name of the site
    assert "HTTP/2" in [line.split(":")[0] for line in bad]


def test_check_says_when_nothing_answers(world):
    program = world.installed.program("portico-tls-check")
    done = subprocess.run([str(program), f"127.0.0.1:{free_port()}"], capture_output=True, text=True, check=False)

    assert done.returncode == 3
    assert "no TLS at 127.0.0.1" in done.stderr


@contextlib.contextmanager
def responder_of(world, folder, port):
    """openssl's own OCSP responder for that authority: it knows what the authority has issued from index.txt."""
    index = folder / "index.txt"
    lines = []
    for certificate in folder.glob("lineage.*/cert.pem"):
        told = run(["openssl", "x509", "-in", certificate, "-noout", "-serial", "-subject", "-enddate", "-dateopt", "iso_8601",
                    "-nameopt", "compat"])
        serial, subject, end = (line.partition("=")[2] for line in told.splitlines())
        end = end.replace("-", "").replace(":", "").replace(" ", "")
        lines.append(f"V\t{end}\t\t{serial}\tunknown\t{subject}\n")
    index.write_text("".join(lines), encoding="utf-8")
    (folder / "index.txt.attr").write_text("unique_subject = no\n", encoding="utf-8")
    give(folder)
    server = Server(
        world.guard, "OCSP responder",
        ["openssl", "ocsp", "-port", port, "-index", index, "-CA", folder / "ca.pem", "-rsigner", folder / "ca.pem", "-rkey",
         folder / "ca.key", "-ignore_err"],
        folder / "responder.log",
    )
    try:
        yield
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("kind", "on"),
    [("nginx", (("#ssl_stapling", "ssl_stapling"), ("#ssl_trusted", "ssl_trusted"), ("#resolver", "resolver"))),
     ("apache-proxy", (("#SSLUseStapling", "SSLUseStapling"),
                       ("<Directory @webroot@>", "SSLStaplingCache shmcb:@webroot@/../front/stapling(32768)\n<Directory @webroot@>")))],
)
def test_staples_when_the_certificate_names_a_responder(world, tmp_path, eventually, kind, on):
    port = free_port()
    issue, ca = authority(tmp_path / "authority", responder=f"http://127.0.0.1:{port}/")
    lineage = issue(NAME)

    with responder_of(world, tmp_path / "authority", port):
        with bare_site(world, kind=kind) as site:
            renew(site, lineage, eventually)
            code, good, bad = tls_check(site, "--ca", ca)
            assert code == 1
            assert [line.split(":")[0] for line in bad] == ["stapling"]
        # nginx wants this file from the start
        trusted = ("@certificates@/portal.example.org/chain.pem", str(lineage / "chain.pem"))
        with bare_site(world, *on, *((trusted,) if kind == "nginx" else ()), kind=kind) as site:
            renew(site, lineage, eventually)
            code, good, bad = tls_check(site, "--ca", ca)
            assert (code, bad) == (0, [])
            assert "stapling: good" in good


# ---- what is installed ----


def test_installs_files_with_every_word_filled_in(world):
    share = next(world.installed.root.rglob("portico-site.conf")).parent.parent
    files = [*(share / "nginx").iterdir(), *(share / "apache").iterdir()]
    files += [world.installed.program(name) for name in ("portico-certificate", "portico-deploy-hook", "portico-tls-check")]

    assert {"portico.conf", "portico-site.conf", "portico-tls.conf", "portico-headers.conf", "portico-limits.conf"} <= {
        path.name for path in files if path.parent.name == "nginx"
    }
    for path in files:
        # a named location of nginx has no second sign
        assert re.findall(r"@[a-z_]+@", path.read_text(encoding="utf-8")) == [], path


@pytest.mark.parametrize("name", ["portico-certificate", "portico-deploy-hook", "portico-tls-check"])
def test_programs_say_what_they_do(world, name):
    program = str(world.installed.program(name))
    asked = subprocess.run([program, "--help"], capture_output=True, text=True, check=False)
    wrong = subprocess.run([program, "--nonsense"], capture_output=True, text=True, check=False)

    assert (asked.returncode, asked.stderr) == (0, "")
    assert asked.stdout.startswith(f"{name} ")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr == asked.stdout
