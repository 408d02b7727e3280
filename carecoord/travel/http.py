"""
One HTTP exchange with a routing or geocoding server, every failure turned into `TravelUnavailable`.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from carecoord.travel.provider import TravelUnavailable

ASK_TIMEOUT_S = 30.0
CONNECT_TIMEOUT_S = 3.0

T = TypeVar("T")


class JsonServer:
    """
    A server that answers JSON.

    Args:
        base_url: address without trailing slash.
        provider: name put into errors.
        timeout_s: longest wait for one whole answer, in seconds.
        parallel: how many questions may be under way at once.
        through_proxy: false for servers on the loopback, which a proxy could not reach.
    """

    def __init__(
        self,
        base_url: str,
        *,
        provider: str,
        timeout_s: float = ASK_TIMEOUT_S,
        parallel: int = 4,
        through_proxy: bool = True,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        parts = urlsplit(self.base_url)
        self._host = parts.hostname or ""
        # Without user, password and query: this goes into plans and pages.
        self.place = f"{parts.netloc.rpartition('@')[2]}{parts.path}"
        self._provider = provider
        self._timeout_s = timeout_s
        self._gate = asyncio.Semaphore(parallel)
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout_s, connect=min(timeout_s, CONNECT_TIMEOUT_S)),
            trust_env=through_proxy,
            headers={"User-Agent": "carecoord"},
        )

    async def ask(
        self, path: str, *, params: dict[str, str] | None = None, body: Any = None, profile: str = ""
    ) -> tuple[int, Any]:
        """
        GET (or POST of `body` as JSON), answered by status and decoded JSON.

        `{profile}` in the address or the path is replaced by `profile`.

        Statuses of 500 and above, and answers that are not JSON, are failures; 4xx is for the caller to read.

        Raises:
            TravelUnavailable: `travel_unreachable`, `travel_timeout` or `travel_bad_answer`.
        """
        url = (self.base_url + path).replace("{profile}", profile)
        method = "GET" if body is None else "POST"
        try:
            async with self._gate:
                # Within the gate: waiting for one's turn is not the server's slowness.
                async with asyncio.timeout(self._timeout_s):
                    answer = await self._client.request(method, url, params=params, json=body)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise self.failure("travel_timeout", f"no answer within {self._timeout_s:g} s") from error
        except httpx.HTTPError as error:
            raise self.failure("travel_unreachable", type(error).__name__) from error
        if answer.status_code >= 500 or answer.status_code == 429:
            raise self.failure("travel_unreachable", f"status {answer.status_code}")
        try:
            return answer.status_code, msgspec.json.decode(answer.content)
        except msgspec.DecodeError as error:
            raise self.failure("travel_bad_answer", f"status {answer.status_code}, not JSON") from error

    def failure(self, code: str, reason: str) -> TravelUnavailable:
        """The error of this server, with its host and never the question (which holds people's places)."""
        return TravelUnavailable(
            code,
            f"{self._provider} at {self._host}: {reason}",
            provider=self._provider,
            host=self._host,
            reason=reason,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def convert(self, answer: object, kind: type[T]) -> T:
        """
        A decoded answer as a struct.

        Raises:
            TravelUnavailable: `travel_bad_answer`.
        """
        try:
            return msgspec.convert(answer, kind)
        except msgspec.ValidationError as error:
            raise self.failure("travel_bad_answer", str(error)) from error


async def all_or_first_error(questions: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """
    Every answer in order; the first failure cancels the questions still under way and is raised as it is.
    """
    tasks = [asyncio.ensure_future(question) for question in questions]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
