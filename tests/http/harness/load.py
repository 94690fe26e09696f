"""load.py - callers that ask without a pause while something is done to what answers them."""

import threading


class Load:
    """`callers` threads that ask for as long as the block lasts: ask(number of the caller) returns a status, or raises OSError.
    failures holds each status that was not 200, and what was raised."""

    def __init__(self, ask, callers=3):
        self._ask = ask
        self.answered, self.failures = 0, []
        self._done = threading.Event()
        self._callers = [threading.Thread(target=self._go, args=(number,)) for number in range(callers)]

    def _go(self, number):
        while not self._done.is_set():
            try:
                status = self._ask(number)
            except OSError as failure:
                status = repr(failure)
            self.answered += 1
            if status != 200:
                self.failures.append(status)

    def goes_on(self, eventually):
        so_far = self.answered
        eventually(lambda: self.answered > so_far + 30, "the callers to be answered")

    def __enter__(self):
        for caller in self._callers:
            caller.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        for caller in self._callers:
            caller.join()
