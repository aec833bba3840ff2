"""REST made from the catalogue, beside the routes that platforms bring and what is mounted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from bot.command import Catalogue
from bot.errors import BotError, NotPermitted
from bot.interpreter.tools import is_offered, schema, tool
from bot.ports.http import HttpReply, HttpRequest, HttpRoute
from bot.remote.door import RemoteDoor
from bot.remote.replies import of_error, of_result, status_of
from bot.voice import Voice
from bot.web.metrics import CONTENT_TYPE
from engine.errors import EngineError

MOST_BYTES = 262_144
"""A request's body at most."""
_SAFE = {
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_CODES = {404: "not_found", 405: "method_not_allowed"}

Handler = Callable[[Request], Awaitable[Response]]


def web_app(
    catalogue: Catalogue,
    door: RemoteDoor | None,
    routes: Sequence[HttpRoute] = (),
    mounts: Mapping[str, ASGIApp] | None = None,
    figures: Callable[[], Awaitable[bytes]] | None = None,
) -> FastAPI:
    """`door` is None where no token exists: then there is no REST either, nor `figures`."""
    refusing: dict[int | type[Exception], Any] = {HTTPException: _not_there}
    app = FastAPI(
        title="Outcry", version="1", docs_url=None, redoc_url=None, exception_handlers=refusing
    )
    app.add_api_route("/healthz", _healthy, methods=["GET"], include_in_schema=False)
    for route in routes:
        app.add_api_route(
            route.path, _handled(route), methods=[route.method], include_in_schema=False
        )
    if door is not None and figures is not None:
        app.add_api_route(
            "/metrics", _measured(door, figures), methods=["GET"], include_in_schema=False
        )
    if door is not None:
        for command in catalogue:
            if is_offered(command):
                shape = tool(command)
                app.add_api_route(
                    f"/v1/commands/{shape.name}",
                    _commanded(door, shape.name),
                    methods=["POST"],
                    name=shape.name,
                    summary=command.spec.summary,
                    description=f"Effect: {command.spec.effect.value}. Bearer token needed.",
                    tags=[command.spec.group],
                    openapi_extra=_body(schema(command)),
                )
        app.add_api_route(
            "/v1/commands/{name}", _unknown(door), methods=["POST"], include_in_schema=False
        )
    for path, inner in (mounts or {}).items():
        app.mount(path, inner)
    return app


async def _healthy(request: Request) -> Response:
    del request
    return _json(200, {"status": "ok"})


async def _not_there(request: Request, error: HTTPException) -> Response:
    """No such path, or not by this method."""
    del request
    said = {"outcome": "error", "code": _CODES.get(error.status_code, "refused")}
    return _json(error.status_code, said, error.headers)


def _handled(route: HttpRoute) -> Handler:
    async def handle(request: Request) -> Response:
        body = await _read(request)
        if body is None:
            return _json(413, {"outcome": "error", "code": "too_much"})
        asked = HttpRequest(
            request.method,
            request.url.path,
            dict(request.headers),
            dict(request.query_params),
            body,
            request.client.host if request.client else "",
        )
        reply: HttpReply = await route.handle(asked)
        headers = {**_SAFE, **reply.headers}
        return Response(reply.body, reply.status, headers, reply.content_type)

    return handle


def _commanded(door: RemoteDoor, name: str) -> Handler:
    async def handle(request: Request) -> Response:
        return await _run(door, name, request)

    return handle


def _measured(door: RemoteDoor, figures: Callable[[], Awaitable[bytes]]) -> Handler:
    """What an account is worth is for nobody without a token."""

    async def handle(request: Request) -> Response:
        try:
            door.reader(request.headers.get("authorization", ""))
            return Response(await figures(), 200, _SAFE, CONTENT_TYPE)
        except (BotError, EngineError) as error:
            headers = {"WWW-Authenticate": "Bearer"} if _is_stranger(error) else {}
            return _json(status_of(error), of_error(error, Voice()), headers)

    return handle


def _unknown(door: RemoteDoor) -> Handler:
    async def handle(request: Request) -> Response:
        return await _run(door, str(request.path_params["name"]), request)

    return handle


async def _run(door: RemoteDoor, name: str, request: Request) -> Response:
    """One command: who asks, what they ask, what came of it."""
    try:
        token = door.token(request.headers.get("authorization", ""))
        arguments = _object(await _read(request))
        if arguments is None:
            return _json(400, {"outcome": "error", "code": "not_an_object"})
        return _json(200, of_result(await door.run(token, name, arguments)))
    except (BotError, EngineError) as error:
        headers = {"WWW-Authenticate": "Bearer"} if _is_stranger(error) else {}
        return _json(status_of(error), of_error(error, Voice()), headers)


def _is_stranger(error: BotError | EngineError) -> bool:
    return isinstance(error, NotPermitted) and status_of(error) == 401


async def _read(request: Request) -> bytes | None:
    """The body, or None when it is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return body


def _object(body: bytes | None) -> dict[str, Any] | None:
    try:
        value = orjson.loads(body or b"{}") if body is not None else None
    except orjson.JSONDecodeError:
        return None
    if not isinstance(value, dict):
        return None
    return {name: item for name, item in value.items() if item is not None}


def _json(status: int, value: object, headers: Mapping[str, str] | None = None) -> Response:
    body = orjson.dumps(value)
    return Response(body, status, {**_SAFE, **(headers or {})}, "application/json")


def _body(arguments: Mapping[str, Any]) -> dict[str, Any]:
    words = {
        "200": "Done, or a ticket that its person confirms in their own chat.",
        "401": "No such token.",
        "403": "The token or the person may not.",
        "404": "No such command.",
        "409": "The desk refuses.",
        "422": "An argument is wrong.",
        "429": "Too many requests.",
    }
    return {
        "requestBody": {"content": {"application/json": {"schema": dict(arguments)}}},
        "responses": {status: {"description": text} for status, text in words.items()},
        "security": [{"bearer": []}],
    }
