"""A chat model through LangChain's OpenAI client; hosted or local, whatever speaks the protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.errors import ModelUnavailable
from bot.models import (
    ChatModel,
    ModelMessage,
    ModelReply,
    OnText,
    Speaker,
    ToolCall,
    ToolShape,
)
from engine.ports.boundary import boundary
from engine.ports.system import Clock

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk, BaseMessage
    from langchain_core.runnables import Runnable
    from openai import DefaultAsyncHttpxClient

_MOST_LETTERS = 16_000
_LETTERS_A_TOKEN = 4
_REST_AFTER = 3
_REST_MS = 60_000
_FINISHED = frozenset({"stop", "tool_calls", "function_call"})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is and what it is called there."""

    base_url: str
    name: str
    key: str
    seconds: float
    temperature: float | None = None
    tokens_per_reply: int = 1_000


class OpenAiChat(ChatModel):
    """One endpoint. After three failures in a row it is left alone for a minute."""

    def __init__(self, endpoint: Endpoint, clock: Clock) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._client: Any = None
        self._http: DefaultAsyncHttpxClient | None = None
        self._failures = 0
        self._rests_until = 0

    async def ready(self) -> None:
        """Load the libraries, which takes seconds that the desk must not wait for."""
        if self._client is None:
            self._client, self._http = await asyncio.to_thread(  # noqa: TID251
                _client, self._endpoint
            )

    async def reply(
        self, said: Sequence[ModelMessage], tools: Sequence[ToolShape], on_text: OnText
    ) -> ModelReply:
        """Its reply, streamed to `on_text`. Raises ModelUnavailable."""
        if self._clock.now_ms() < self._rests_until:
            raise ModelUnavailable("down")
        await self.ready()
        boundary("model.asking")
        try:
            reply = await self._streamed(self._client.bind_tools(_as_tools(tools)), said, on_text)
        except ModelUnavailable:
            self._failed()
            raise
        except Exception as error:
            self._failed()
            raise _translated(error) from error
        boundary("model.answered")
        self._failures = 0
        return reply

    async def close(self) -> None:
        """Let its connections go."""
        if self._http is not None:
            await self._http.aclose()

    def _failed(self) -> None:
        self._failures += 1
        if self._failures >= _REST_AFTER:
            self._failures = 0
            self._rests_until = self._clock.now_ms() + _REST_MS

    @staticmethod
    async def _streamed(
        model: Runnable[Any, Any], said: Sequence[ModelMessage], on_text: OnText
    ) -> ModelReply:
        whole: AIMessageChunk | None = None
        async for chunk in model.astream([_as_message(message) for message in said]):
            whole = chunk if whole is None else whole + chunk
            if chunk.text:
                await on_text(whole.text)
            if _size(whole) > _MOST_LETTERS:
                raise ModelUnavailable("garbage")
        return _reply(whole, sum(len(message.text) for message in said))


def _client(endpoint: Endpoint) -> tuple[Any, DefaultAsyncHttpxClient]:
    """The model, and the connections that it is asked by: LangChain's own are never closed."""
    from langchain_openai import ChatOpenAI  # noqa: PLC0415 -- heavy, and only with a model
    from openai import DefaultAsyncHttpxClient  # noqa: PLC0415

    http = DefaultAsyncHttpxClient()
    model = ChatOpenAI(
        model=endpoint.name,
        base_url=endpoint.base_url,
        api_key=lambda: endpoint.key or "none",
        temperature=endpoint.temperature,
        max_completion_tokens=endpoint.tokens_per_reply,
        timeout=endpoint.seconds,
        max_retries=0,
        streaming=True,
        stream_usage=True,
        use_responses_api=False,
        http_async_client=http,
    )
    return model, http


def _as_tools(tools: Sequence[ToolShape]) -> list[dict[str, Any]]:
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": dict(tool.parameters),
            },
        }
        for tool in tools
    ]


def _as_message(message: ModelMessage) -> BaseMessage:
    from langchain_core.messages import (  # noqa: PLC0415
        AIMessage,
        HumanMessage,
        SystemMessage,
        ToolMessage,
    )

    match message.speaker:
        case Speaker.HOUSE:
            return SystemMessage(message.text)
        case Speaker.PERSON:
            return HumanMessage(message.text)
        case Speaker.TOOL:
            return ToolMessage(message.text, tool_call_id=message.answers)
        case Speaker.MODEL:
            calls = [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.name, "arguments": call.arguments},
                }
                for call in message.calls
            ]
            return AIMessage(message.text, additional_kwargs={"tool_calls": calls} if calls else {})


def _size(whole: AIMessageChunk) -> int:
    return len(whole.text) + sum(len(c["args"] or "") for c in whole.tool_call_chunks)


def _reply(whole: AIMessageChunk | None, letters_said: int) -> ModelReply:
    """Checked to be whole: a stream that was cut off raises nothing by itself."""
    if whole is None:
        raise ModelUnavailable("garbage")
    reason = str(whole.response_metadata.get("finish_reason", ""))
    if reason == "content_filter":
        raise ModelUnavailable("refused")
    if reason not in _FINISHED:
        raise ModelUnavailable("garbage")
    calls = tuple(
        ToolCall(chunk["id"] or f"call{place}", chunk["name"] or "", chunk["args"] or "")
        for place, chunk in enumerate(whole.tool_call_chunks)
    )
    usage = whole.usage_metadata
    estimated = (letters_said + _size(whole)) // _LETTERS_A_TOKEN
    return ModelReply(whole.text, calls, usage["total_tokens"] if usage else estimated)


def _translated(error: Exception) -> ModelUnavailable:
    """Every failure of the client as one of ours; none of them carries the request."""
    import openai  # noqa: PLC0415

    match error:
        case openai.APITimeoutError():
            return ModelUnavailable("timeout")
        case openai.RateLimitError():
            return ModelUnavailable("busy")
        case openai.ContentFilterFinishReasonError() | openai.PermissionDeniedError():
            return ModelUnavailable("refused")
        case openai.APIConnectionError() | openai.APIStatusError():
            return ModelUnavailable("down")
        case _:
            return ModelUnavailable("garbage")
