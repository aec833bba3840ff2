"""A server on loopback that speaks OpenAI's chat protocol and answers by a script.

It streams as the real one does: server-sent events, tool calls in pieces, usage in a last chunk.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Call:
    """A tool call; `arguments` as an object, or as raw text to be sent unchanged."""

    name: str
    arguments: Mapping[str, Any] | str = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments)


@dataclass(frozen=True)
class Says:
    """One reply: words, tool calls, or both."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    finish: str = ""
    tokens: int = 120


@dataclass(frozen=True)
class Fails:
    """An HTTP error instead of a reply."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Breaks:
    """A stream that goes wrong after its first words: `stall`, `cut`, `malformed`, `silent`."""

    how: str


Step = Says | Fails | Breaks
Script = Callable[[dict[str, Any]], Step]


def calls(*wanted: Call) -> Says:
    """A reply that is tool calls alone."""
    return Says(calls=wanted)


class OpenAiStandIn:
    """`script` decides the reply to each request, or is a list of replies in order."""

    def __init__(self, script: Script | list[Step]) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self._steps = list(script) if isinstance(script, list) else []
        self._script = None if isinstance(script, list) else script
        self.released = threading.Event()
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"stand_in": self})
        )
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def told(self, request: int = -1) -> str:
        """All text of a request, tools apart."""
        return json.dumps(self.requests[request]["messages"], ensure_ascii=False)

    def next_step(self, request: dict[str, Any]) -> Step:
        if self._script is not None:
            return self._script(request)
        return self._steps.pop(0)


class _Handler(BaseHTTPRequestHandler):
    stand_in: OpenAiStandIn

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.stand_in.requests.append(request)
        self.stand_in.keys.append(self.headers.get("Authorization", ""))
        if not self.path.endswith("/chat/completions"):
            self._fail(Fails(404))
            return
        step = self.stand_in.next_step(request)
        if isinstance(step, Fails):
            self._fail(step)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):
            self._stream(step)
        self.close_connection = True

    def _stream(self, step: Says | Breaks) -> None:
        if isinstance(step, Breaks):
            self._break(step.how)
            return
        for chunk in _chunks(step):
            self._event(json.dumps(chunk))
        self._event("[DONE]")

    def _break(self, how: str) -> None:
        if how != "silent":
            self._event(json.dumps(_chunk({"role": "assistant", "content": "Let me "})))
        if how == "malformed":
            self._event('{"id": "x", "choices": [{"delta": {"con')
        elif how in {"stall", "silent"}:
            self.stand_in.released.wait(20)
        # "cut" just ends here, without a finish reason

    def _event(self, data: str) -> None:
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()

    def _fail(self, step: Fails) -> None:
        body = json.dumps({"error": {"message": "no", "type": "stand-in"}}).encode()
        self.send_response(step.status)
        for name, value in step.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


def _chunks(step: Says) -> Iterator[dict[str, Any]]:
    yield _chunk({"role": "assistant", "content": ""})
    for word in step.text.split(" ") if step.text else ():
        yield _chunk({"content": f"{word} "})
    for place, call in enumerate(step.calls):
        head = {"name": call.name, "arguments": ""}
        yield _chunk(
            {"tool_calls": [{"index": place, "id": f"call_{place}", "type": "function",
                             "function": head}]}
        )  # fmt: skip
        text = call.text
        for start in range(0, len(text), 12):
            part = {"arguments": text[start : start + 12]}
            yield _chunk({"tool_calls": [{"index": place, "function": part}]})
    yield _chunk({}, step.finish or ("tool_calls" if step.calls else "stop"))
    usage = {"prompt_tokens": step.tokens, "completion_tokens": 0, "total_tokens": step.tokens}
    yield {**_chunk({}), "choices": [], "usage": usage}


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1_772_442_000,
        "model": "scripted",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
