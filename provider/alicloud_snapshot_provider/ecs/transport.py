"""Sends calls to ECS through Alibaba Cloud's own client, reads pages of answers, and translates errors.

The first call imports that client, which takes 0.6 s. A preview without a call does not.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cached_property
from itertools import count
from typing import Any, Generic, TypeVar

from ..clock import Clock
from ..errors import InvalidInput, SnapshotError, Unavailable
from .caller import Caller
from .codes import Answer, error_of
from .connections import replace_sending, shared_connections
from .credentials import Credentials
from .endpoint import endpoint_of
from .settings import Settings
from .wire_format import read, text, whole

T = TypeVar("T")

PAGE_SIZE = 100
"""The most records on one page of a Describe call, and the most ids in one."""
_CLOCK_PRECISION = 2.0
"""The date of an answer has whole seconds and its way takes time: a smaller difference says nothing."""
_WITHOUT_REGION = (
    *("CreateSnapshot", "DeleteSnapshot", "ModifySnapshotAttribute", "ModifySnapshotCategory"),
    *("ResetDisk", "AttachDisk", "DetachDisk", "DeleteDisk", "StopInstance", "StartInstance"),
)
"""The actions without a RegionId: the endpoint says it."""
_ALL: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A Describe call: the path to the records in its answer, and their type."""

    action: str
    path: tuple[str, ...]
    kind: type[T]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a Describe call. `token` asks for the next page. `total` counts the records of all pages."""

    records: list[T]
    token: str
    total: int


def pages_of(items: Sequence[T], size: int = PAGE_SIZE) -> list[Sequence[T]]:
    """Split ids or records into pages of at most `size`."""
    return [items[start : start + size] for start in range(0, len(items), size)]


class Transport:
    """The calls to one region of one account. Parameters have the API's names. None is not sent."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        if not settings.region:
            raise InvalidInput(
                "region",
                "no region is configured",
                remedy="Run `pulumi config set alicloud:region <region>`, set ALICLOUD_REGION, or give region=….",
            )
        self.settings = settings
        self.region = settings.region
        self.requests_in_flight = 0
        self._caller = Caller(clock)
        self._clock = clock
        self._cloud_ahead = 0.0

    def cloud_now(self) -> float:
        """Return the time by the clock of ECS, in seconds since the epoch. The last answer corrects the local clock."""
        return self._clock.now() + self._cloud_ahead

    async def call(
        self, action: str, subject: str, parameters: Mapping[str, Any], *, repeated: bool = True
    ) -> Mapping[str, Any]:
        """Make a call about `subject`, such as a disk's id, and return the answer. Raises SnapshotError.

        Without `repeated`, there is no retry if no usable answer comes.
        """
        return await self._caller.call(action, lambda: self.call_once(action, subject, parameters), repeated=repeated)

    async def call_once(self, action: str, subject: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """Make a call without any retry, and return the answer. Raises SnapshotError."""
        region = None if action in _WITHOUT_REGION else self.region
        return await self._attempt(action, subject, {"RegionId": region, **parameters})

    async def all_pages(self, listing: Listing[T], subject: str, parameters: Mapping[str, Any] = _ALL) -> list[T]:
        """Return all records of a Describe call that pages by token."""
        found: list[T] = []
        seen = {""}
        token: str | None = None
        while token not in seen:
            seen.add(token or "")
            page = await self.page(listing, subject, {"MaxResults": PAGE_SIZE, **parameters, "NextToken": token})
            found += page.records
            token = page.token
        return found

    async def numbered_pages(
        self,
        listing: Listing[T],
        subject: str,
        parameters: Mapping[str, Any] = _ALL,
        *,
        at_most: float = float("inf"),
    ) -> list[T] | None:
        """Return all records of a Describe call that pages by number, or None if there are more than `at_most`."""
        found: list[T] = []
        asked = {"PageSize": PAGE_SIZE, **parameters}
        for number in count(1):
            page = await self.page(listing, subject, {**asked, "PageNumber": number})
            if page.total > at_most:
                return None
            found += page.records
            if len(page.records) < asked["PageSize"] or len(found) >= page.total:
                break
        return found

    async def whole_region(self, listing: Listing[T], at_most: float, *, by_token: int) -> list[T] | None:
        """Return all records of the region, or None if there are more than `at_most`.

        Only a numbered page says how many there are. Only pages by token, of `by_token` records each, miss none if
        somebody deletes others meanwhile. So the first page is numbered, and the rest is not.
        """
        subject = f"region {self.region}"
        page = await self.page(listing, subject, {"PageSize": PAGE_SIZE, "PageNumber": 1})
        if page.total > at_most:
            return None
        if len(page.records) < PAGE_SIZE or page.total <= len(page.records):
            return page.records
        return await self.all_pages(listing, subject, {"MaxResults": by_token})

    async def page(self, listing: Listing[T], subject: str, parameters: Mapping[str, Any]) -> Page[T]:
        """Make one Describe call and read its answer. An unreadable answer is asked for again."""

        async def attempt() -> Page[T]:
            return _page(listing, subject, await self.call_once(listing.action, subject, parameters))

        return await self._caller.call(listing.action, attempt)

    async def _attempt(self, action: str, subject: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        self.requests_in_flight += 1
        try:
            with shared_connections():
                answer = await self._send(action, request)
        except Exception as error:
            raise _translated(action, subject, error) from error
        finally:
            self.requests_in_flight -= 1
        self._adjust_clock(answer.get("headers") or {})
        body = answer.get("body")
        if not isinstance(body, Mapping):
            raise unreadable(action, subject, _OTHER_NESTING)
        return body

    async def _send(self, action: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        from alibabacloud_tea_openapi.utils import Utils  # noqa: PLC0415
        from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params  # noqa: PLC0415
        from darabonba.runtime import RuntimeOptions  # noqa: PLC0415

        how = Params(
            action=action,
            version="2014-05-26",
            protocol="HTTPS",
            pathname="/",
            method="POST",
            auth_type="AK",
            style="RPC",
            req_body_type="formData",
            body_type="json",
        )
        answer: Mapping[str, Any] = await self._client.call_api_async(
            how, OpenApiRequest(query=Utils.query(dict(request))), RuntimeOptions()
        )
        return answer

    def _adjust_clock(self, headers: Mapping[str, str]) -> None:
        """Read from the date of an answer how far the clock of ECS is ahead of this machine's."""
        try:
            ahead = parsedate_to_datetime(headers["date"]).timestamp() - time.time()
        except (KeyError, TypeError, ValueError):
            return
        self._cloud_ahead = ahead if abs(ahead) > _CLOCK_PRECISION else 0.0

    @cached_property
    def _client(self) -> Any:
        from alibabacloud_tea_openapi.client import Client  # noqa: PLC0415
        from alibabacloud_tea_openapi.utils_models import Config  # noqa: PLC0415

        replace_sending()
        settings = self.settings
        return Client(
            Config(
                credential=Credentials(settings.credentials),
                region_id=settings.region,
                endpoint=endpoint_of(settings),
                protocol=settings.protocol,
                connect_timeout=settings.connect_timeout_ms,
                read_timeout=settings.read_timeout_ms,
                user_agent="pulumi-alicloud-snapshot",
            )
        )


_OTHER_NESTING = "its nesting is not the API's"


def _page(listing: Listing[T], subject: str, body: Mapping[str, Any]) -> Page[T]:
    """Read one page. Raises Unavailable if it has no list of records and no TotalCount of 0."""
    *wrappers, last = listing.path
    holder: Any = body
    total = body.get("TotalCount")
    for name in wrappers:
        holder = holder.get(name)
        if holder is None and whole(total) == 0:
            return Page([], "", 0)
        if holder is None:
            raise unreadable(listing.action, subject, "it lists nothing, not even that there is nothing")
        if not isinstance(holder, Mapping):
            raise unreadable(listing.action, subject, _OTHER_NESTING)
        total = holder.get("TotalCount", total)
    listed = holder.get(last) or []
    if not isinstance(listed, list) or not all(isinstance(record, Mapping) for record in listed):
        raise unreadable(listing.action, subject, _OTHER_NESTING)
    records = [read(listing.kind, record) for record in listed]
    return Page(records, text(body.get("NextToken")), whole(total) or 0)


def _translated(action: str, subject: str, error: Exception) -> SnapshotError:
    """Return the provider's error for an exception of the SDK, without the SDK's text: that can quote the request."""
    if isinstance(error, SnapshotError):
        return error
    code = getattr(error, "code", None)
    if code and code != "None" and hasattr(error, "status_code"):
        return error_of(_answer(action, subject, error))
    cause = getattr(error, "inner_exception", None)
    if isinstance(cause, SnapshotError):
        return cause
    from .network_failures import failure_of  # noqa: PLC0415

    return unreadable(action, subject, failure_of(error))


def _answer(action: str, subject: str, error: Any) -> Answer:
    data = error.data if isinstance(getattr(error, "data", None), dict) else {}
    retry_after = getattr(error, "retry_after", None)
    return Answer(
        action=action,
        subject=subject,
        code=text(error.code),
        message=_without_string_to_sign(text(data.get("Message") or error.message)),
        request_id=text(data.get("RequestId") or getattr(error, "request_id", "")),
        retry_after=retry_after / 1000 if isinstance(retry_after, int | float) else None,
    )


def unreadable(action: str, subject: str, reason: str) -> Unavailable:
    """Return the error for an answer that is missing or not readable."""
    return Unavailable(
        f"{action} of {subject} got no usable answer ({reason})",
        remedy="Check the network, the proxy, the region and the endpoint, then run it again: `pulumi up` resumes, and "
        "nothing is taken twice.",
    )


def _without_string_to_sign(message: str) -> str:
    """Cut off the string to sign, which a signature error quotes: it has the access key."""
    return message.partition("server string to sign")[0].strip()
