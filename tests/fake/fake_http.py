#!/usr/bin/env python3
"""fake_http.py DIR - an HTTP service that misbehaves by path, for the tests of lib/call.

Listens on free ports of 127.0.0.1 (plain, TLS, TLS that demands a client certificate, TLS for another host's name) and on
DIR/http.sock, makes its certificates in DIR, prints one line `plain=N tls=N mtls=N other=N` when ready, and ends when
its standard input does.

  /ok  /json  /port          an answer; JSON; the caller's port, which tells one connection from another
  /echo                      method, path, headers and body of the request as JSON
  /slow/N                    answers after N seconds           /drip        a byte each 100 ms, a thousand of them
  /cut  /close  /garbage     half a body; nothing at all; no HTTP
  /endless  /chunks          a body without end, without a length or in chunks
  /big/N  /status/N          N bytes; a status, with an escape sequence in the body
  /pause/N                   the first half of a stream, N seconds of silence, the second half
  /redirect                  to /ok
  /headers/N  /longheader    N header lines; one of 70 000 bytes
  /gate/NAME                 answers when the file DIR/NAME exists
"""
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time

FOLDER = sys.argv[1]


def certificate(name, subject, signer=None, more=()):
    """Makes NAME.pem and NAME.key in FOLDER, signed by SIGNER or by itself."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
               "-subj", "/CN=" + subject, "-keyout", f"{name}.key", "-out", f"{name}.pem"]
    if signer:
        command += ["-CA", f"{signer}.pem", "-CAkey", f"{signer}.key", "-addext", "basicConstraints=critical,CA:FALSE"]
    for extension in more:
        command += ["-addext", extension]
    subprocess.run(command, cwd=FOLDER, check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def file(name):
    return os.path.join(FOLDER, name)


def reply(to, body, status="200 OK", kind="text/plain", more=b""):
    to.sendall(f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n".encode() + more + b"\r\n" + body)


def chunk(to, data):
    to.sendall(b"%x\r\n%s\r\n" % (len(data), data))


def answer(to, peer, method, path, headers, body):
    """Answers one request; False closes the connection."""
    word, _, rest = path.partition("?")[0].lstrip("/").partition("/")
    if word == "ok":
        reply(to, b"ok")
    elif word == "json":
        reply(to, b'{"name":"box","size":3,"more":[1]}', kind="application/json")
    elif word == "port":
        reply(to, str(peer[1] if peer else 0).encode())
    elif word == "echo":
        said = {"method": method, "path": path, "headers": headers, "body": body.decode()}
        data = json.dumps(said).encode()
        reply(to, b"" if method == "HEAD" else data, kind="application/json")
    elif word == "slow":
        time.sleep(float(rest))
        reply(to, b"late")
    elif word == "drip":
        to.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1000):
            to.sendall(b".")
            time.sleep(0.1)
    elif word == "cut":
        to.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
        return False
    elif word == "close":
        return False
    elif word == "garbage":
        to.sendall(b"this is no HTTP\r\n\r\n")
        return False
    elif word == "endless":
        to.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            to.sendall(b"x" * 10000)
    elif word == "chunks":
        to.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            chunk(to, b"y" * 1000)
    elif word == "big":
        reply(to, b"z" * int(rest))
    elif word == "status":
        reply(to, b"" if rest in ("204", "304") else b"words \x1b[31m and \xff more " + b"w" * 1000, status=f"{rest} Said")
    elif word == "pause":
        to.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk(to, b"first;")
        time.sleep(float(rest))
        chunk(to, b"second;")
        to.sendall(b"0\r\n\r\n")
    elif word == "redirect":
        reply(to, b"", status="302 Found", more=b"Location: /ok\r\n")
    elif word == "headers":
        reply(to, b"ok", more=b"X-One: more\r\n" * int(rest))
    elif word == "longheader":
        reply(to, b"ok", more=b"X-Long: " + b"l" * 70000 + b"\r\n")
    elif word == "gate":
        while not os.path.exists(file(rest)):
            time.sleep(0.02)
        reply(to, b"through")
    else:
        reply(to, b"no such path", status="404 Not Found")
    return True


def serve(connection, peer):
    """The requests of one connection, one after the other."""
    with connection, connection.makefile("rb") as lines:
        if lines.peek(1)[:1] == b"\x16":
            return  # a TLS greeting where plain HTTP is spoken
        while True:
            first = lines.readline().decode("latin-1").split()
            if len(first) != 3:
                return
            headers = {}
            for line in iter(lines.readline, b"\r\n"):
                if not line:
                    return
                name, _, value = line.decode("latin-1").partition(":")
                headers[name.lower()] = value.strip()
            body = lines.read(int(headers.get("content-length", 0)))
            if not answer(connection, peer, first[0], first[1], headers, body):
                return


def greet(connection, peer, context):
    try:
        if context:
            connection = context.wrap_socket(connection, server_side=True)
        serve(connection, peer)
    except OSError:
        pass  # the caller went away, which half of the tests are about


def accept(listener, context):
    while True:
        connection, peer = listener.accept()
        threading.Thread(target=greet, args=(connection, peer, context), daemon=True).start()


def listen(context=None, path=None):
    if path:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
    else:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    threading.Thread(target=accept, args=(listener, context), daemon=True).start()
    return listener.getsockname()[1] if not path else 0


def tls(name, client_ca=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file(f"{name}.pem"), file(f"{name}.key"))
    if client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(file(f"{client_ca}.pem"))
    return context


def main():
    certificate("ca", "Test CA")
    certificate("stranger", "Another CA")
    certificate("server", "127.0.0.1", "ca", ["subjectAltName=IP:127.0.0.1"])
    certificate("other", "elsewhere.example", "ca", ["subjectAltName=DNS:elsewhere.example"])
    certificate("client", "portico", "ca")
    listen(path=file("http.sock"))
    print(f"plain={listen()} tls={listen(tls('server'))} mtls={listen(tls('server', 'ca'))} other={listen(tls('other'))}",
          flush=True)
    sys.stdin.read()
    os._exit(0)  # not waiting for threads that are asleep


main()
