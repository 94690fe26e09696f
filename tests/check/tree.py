"""tree.py - what the checks of the source tree share: finding files, blanking comments, reporting offences.

A check is a function from the tree's files to offences. Before it looks at the tree it must find the offences in
samples made up for it, so that a check which has gone blind fails too.
"""
import os
import re
import sys
from typing import Callable, Iterable, Iterator, NamedTuple

SKIP_EXIT = 77  # automake's "skipped"
C_FOLDERS = ("lib", "app", "tests", "uwsgi-alt")
ROOT = os.path.abspath(os.environ.get("srcdir") or os.path.join(os.path.dirname(__file__), "..", ".."))


class Offence(NamedTuple):
    path: str  # from the root
    line: int  # 0: the file as a whole
    what: str  # and what to do


def is_built(folder: str) -> bool:
    """True for what is no source: hidden, made by a tool, or a build folder inside the tree (distcheck makes one)."""
    name = os.path.basename(folder)
    return ((name.startswith(".") and name != ".ci") or name in ("__pycache__", "node_modules", "_build", "_inst", "autom4te.cache")
            or os.path.exists(os.path.join(folder, "config.status")))


def files(folders: Iterable[str], suffixes: tuple[str, ...] = ("",)) -> Iterator[str]:
    """Paths from the root of the regular files in these folders, sorted; hidden and built folders left out."""
    for folder in folders:
        for where, inside, names in os.walk(os.path.join(ROOT, folder)):
            inside[:] = sorted(d for d in inside if not is_built(os.path.join(where, d)))
            for name in sorted(names):
                path = os.path.join(where, name)
                if name.endswith(suffixes) and os.path.isfile(path) and not os.path.islink(path):
                    yield os.path.relpath(path, ROOT)


def c_files() -> list[str]:
    return list(files(C_FOLDERS, (".c", ".h")))


def text(path: str) -> str:
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


_NOT_CODE = re.compile(
    r"""/\*.*?\*/ | //[^\n]* | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*'""", re.DOTALL | re.VERBOSE)


def code(source: str) -> str:
    """The C source with comments, strings and characters blanked, line for line."""
    return _NOT_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), source)


def run(check: Callable[[], Iterable[Offence]], self_test: Callable[[], None]) -> None:
    """Tests the check itself, runs it, prints what it found and ends with the exit status."""
    self_test()
    offences = list(check())
    for o in offences:
        print(f"{o.path}:{o.line}: {o.what}" if o.line else f"{o.path}: {o.what}")
    if offences:
        print(f"{os.path.basename(sys.argv[0])}: {len(offences)} to mend")
    sys.exit(1 if offences else 0)
