"""A client of `flectra-inbound worker` in one file, with nothing but the standard library: Python 3.5 and later.

    client = Client(["/opt/flectra-inbound/bin/flectra-inbound", "worker"])
    reply = client.call("reply_from_text", text="Two, please.\\n\\n> One or two?\\n")

The worker is started by the first call, and again after it died; calls of several threads follow one another; a process that
forks gets a worker of its own. Whatever goes wrong is an `InboundError`, so that a caller can go on in its own way. No error
holds a piece of a mail, except the message of `Refused`, which may name keys of the request.

Rules of this file: copy it wherever you like; Python 3.5 can read it (no f-strings, no annotations of variables).
"""

import base64
import json
import os
import subprocess
import threading
import time

PROTOCOL = 1
ROUNDS = 3


class InboundError(Exception):
    """Anything that keeps a call from its answer."""


class Unavailable(InboundError):
    """The worker cannot be started, or speaks another protocol."""


class Died(InboundError):
    """The worker ended in the middle of a call, twice."""


class TimedOut(InboundError):
    """The worker took too long; it was killed."""


class TooLong(InboundError):
    """The request is longer than the worker reads."""


class Refused(InboundError):
    """The worker answered with an error: `kind` is `invalid`, `unknown_op`, `too_long` or `failed`."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


class _Running:
    """One worker process."""

    def __init__(self, command, env, timeout):
        self.expired = False
        try:
            self._process = subprocess.Popen(
                command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, close_fds=True
            )
        except (OSError, ValueError) as error:
            raise Unavailable("the worker does not start: {}".format(type(error).__name__)) from None
        self.max_line = 0
        try:
            hello = self.exchange(None, timeout)
        except BaseException:
            self.end()
            raise
        if hello is None or hello.get("protocol") != PROTOCOL:
            self.end()
            if self.expired:
                raise TimedOut("the worker did not say hello within {} seconds".format(timeout))
            raise Unavailable("the worker said no hello of protocol {}".format(PROTOCOL))
        self.max_line = hello["max_line"]

    def exchange(self, line, timeout):
        """Write a line and read one; None where the worker died or had to be killed (`expired`)."""
        timer = threading.Timer(timeout, self._expire)
        timer.daemon = True
        timer.start()
        try:
            rest = memoryview(line or b"")
            while rest:
                rest = rest[self._process.stdin.write(rest) :]
            answer = self._line()
        except OSError:
            answer = b""
        finally:
            timer.cancel()
        if not answer.endswith(b"\n"):
            return None
        try:
            answer = json.loads(answer.decode("ascii"))
        except ValueError:
            return None
        return answer if isinstance(answer, dict) else None

    def alive(self):
        """Whether the process still runs."""
        return self._process.poll() is None

    def end(self):
        """Let it end with its input; kill it if it does not."""
        self.leave()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def leave(self):
        """Close this side of the pipes: of a process that is the parent's, nothing else."""
        for stream in (self._process.stdin, self._process.stdout):
            try:
                stream.close()
            except OSError:
                pass

    def _line(self):
        # the stream has no buffer: that of a reader has a lock, which a fork would leave held for ever
        pieces = []
        while not pieces or not pieces[-1].endswith(b"\n"):
            piece = self._process.stdout.read(65536)
            if not piece:
                return b""
            pieces.append(piece)
        return b"".join(pieces)

    def _expire(self):
        self.expired = True
        self._process.kill()


class _State:
    """What belongs to one process of the caller's."""

    def __init__(self):
        self.lock = threading.Lock()
        self.running = None
        self.not_before = 0.0


class Client:
    """Calls a worker.

    `command`: how to start it, as a list. `timeout`: seconds that a call may take, waiting for other threads not counted.
    `start_timeout`: seconds until it says hello. `pause`: seconds without a new attempt after it could not be started.
    """

    def __init__(self, command, timeout=30.0, start_timeout=30.0, pause=10.0, env=None):
        self.command = list(command)
        self.timeout = timeout
        self.start_timeout = start_timeout
        self.pause = pause
        self.env = env
        self._states = {}  # by process id: after a fork the pipes are the parent's

    def call(self, op, **fields):
        """The result of one request; raises an `InboundError`."""
        state = self._state()
        with state.lock:
            for attempt in (1, 2):
                running = self._started(state)
                fields["id"] = attempt
                fields["op"] = op
                line = json.dumps(fields).encode("ascii") + b"\n"
                if len(line) > running.max_line:
                    raise TooLong("the request has {} bytes, the worker reads {}".format(len(line), running.max_line))
                try:
                    answer = running.exchange(line, self.timeout)
                except BaseException:  # an interruption: the answer would be taken for that of the next call
                    self._end(state)
                    raise
                if answer is not None and answer.get("id") == attempt:
                    break
                expired = running.expired
                self._end(state)
                if expired:
                    raise TimedOut("the worker took more than {} seconds".format(self.timeout))
            else:
                raise Died("the worker died twice of the same request")
        if answer.get("ok") is not True:
            error = answer.get("error") or {}
            raise Refused(error.get("type", "failed"), error.get("message", ""))
        return answer["result"]

    def process(self, raw, host=None, **fields):
        """What the library's `process()` returns, as plain data. `raw`: bytes; `fields`: as in docs/worker.md.

        `host` is called with the needs of the routing, a list of {"kind", "keys"}, and returns answers; at most three times.
        """
        return self._asked("process", raw, host, fields)

    def flectra(self, raw, host=None, **fields):
        """The same, made up for Flectra's hooks; attachments, where they are asked for, as (name, bytes, info)."""
        result = self._asked("flectra", raw, host, fields)
        if result["message"]:
            result["message"]["attachments"] = [
                (name, base64.b64decode(content), info) for name, content, info in result["message"]["attachments"]
            ]
        return result

    def fold_html(self, html):
        """The HTML with `data-o-mail-quote` on quotes and signatures."""
        return self.call("fold_html", html=html)["html"]

    def ping(self):
        """Whether a worker answers: its version."""
        return self.call("ping")["version"]

    def close(self):
        """End the worker; the next call starts another."""
        state = self._state()
        with state.lock:
            self._end(state)

    def _asked(self, op, raw, host, fields):
        fields["raw"] = base64.b64encode(raw).decode("ascii")
        answers = {}
        result = self.call(op, **fields)
        for _ in range(ROUNDS):
            needs = (result["routing"] or {}).get("needs")
            if not needs or host is None:
                break
            for name, value in host(needs).items():
                if name == "sender":
                    answers[name] = value
                else:
                    answers.setdefault(name, {}).update(value)
            result = self.call(op, answers=answers, **fields)
        return result

    def _state(self):
        process = os.getpid()
        state = self._states.get(process)
        if state is None:
            state = self._states.setdefault(process, _State())
            for other in [key for key in self._states if key != process]:
                inherited = self._states.pop(other, None)
                if inherited is not None and inherited.running is not None:
                    inherited.running.leave()
        return state

    def _started(self, state):
        if state.running is not None and not state.running.alive():
            self._end(state)
        if state.running is None:
            if time.monotonic() < state.not_before:
                raise Unavailable("the worker could not be started a moment ago")
            try:
                state.running = _Running(self.command, self.env, self.start_timeout)
            except InboundError:
                state.not_before = time.monotonic() + self.pause
                raise
        return state.running

    def _end(self, state):
        if state.running is not None:
            state.running.end()
            state.running = None
