"""
Passwords, and the secrets of sessions and tokens.
"""

from __future__ import annotations

import asyncio
import base64
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from builders.identity import PASSWORD

from carecoord.identity import passwords
from carecoord.identity.domain import SessionLimits
from carecoord.identity.passwords import (
    DECOY_HASH,
    LONGEST,
    hash_password,
    needs_rehash,
    password_fits,
)
from carecoord.identity.tokens import (
    digest_of,
    is_plausible,
    new_secret,
    new_token_secret,
    session_is_over,
)

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def test_password() -> None:
    """A password fits its own hash and no other; the hash is Argon2id and never twice the same."""
    stored = await hash_password(PASSWORD)

    assert stored.startswith("$argon2id$")
    assert await password_fits(stored, PASSWORD)
    assert not await password_fits(stored, PASSWORD + " ")
    assert stored != await hash_password(PASSWORD)


async def test_no_hash() -> None:
    """Without an account, or with a hash that is none, no password fits and nothing is raised."""
    assert not await password_fits(None, PASSWORD)
    assert not await password_fits("", PASSWORD)
    assert not await password_fits(None, "x" * (LONGEST + 1))


def test_decoy_costs_the_same() -> None:
    """The hash verified for unknown accounts has today's parameters, hence takes as long."""
    assert not needs_rehash(DECOY_HASH)


def test_weaker_hash() -> None:
    """A hash made with weaker parameters is to be made anew."""
    weak = PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)

    assert needs_rehash(weak)


def test_secret() -> None:
    """A secret holds 256 random bits, and two are never the same."""
    secrets = {new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert all(len(base64.urlsafe_b64decode(secret + "=")) == 32 for secret in secrets)


def test_token_secret() -> None:
    """The secret of a token says what it opens, so that a leak is recognised."""
    assert new_token_secret().startswith("carecoord_")


def test_digest() -> None:
    """What is kept is SHA-256 (value computed with sha256sum)."""
    assert digest_of("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("text", ["", "x" * 257, "é"])
def test_not_a_secret(text: str) -> None:
    """What cannot be a secret is not even looked up."""
    assert not is_plausible(text)


@pytest.mark.parametrize(
    ("unused_s", "left_s", "over"),
    [(0, 3600, False), (599, 3600, False), (600, 3600, True), (0, 0, True), (0, 1, False)],
)
def test_end_of_a_session(unused_s: int, left_s: int, over: bool) -> None:
    """A session ends after ten minutes without use here, and at its end whatever its use."""
    assert (
        session_is_over(
            last_seen_at=NINE - timedelta(seconds=unused_s),
            expires_at=NINE + timedelta(seconds=left_s),
            now=NINE,
            limits=SessionLimits(idle_s=600, lifetime_s=3600),
        )
        is over
    )


async def test_few_passwords_are_judged_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crowd at the sign-in page takes the memory of two hashes, not of as many as there are threads."""
    at_once, most, lock = 0, 0, threading.Lock()

    def slow(_stored: str, _password: str) -> bool:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.02)
        with lock:
            at_once -= 1
        return True

    monkeypatch.setattr(passwords, "_verify", slow)

    fits = await asyncio.gather(*(passwords.password_fits("hash", "x") for _ in range(12)))

    assert fits == [True] * 12
    assert most == 2
