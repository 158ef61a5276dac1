"""A host that answers from plain data: for tests, for small gateways, and to try a configuration."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..errors import ConfigurationError
from ..gateway import Alias, AliasDomain, Answers, Gateway, Loop, Sender, Thread, TokenKey, comparable
from ..result import Need


class StaticHost:
    """Answers every question at once. It is called with the needs of a `Routing`, and gives `Answers`."""

    def __init__(
        self,
        *,
        aliases: Iterable[Alias] = (),
        threads: Mapping[str, Thread] | None = None,
        mails: Mapping[int, Thread] | None = None,
        records: Mapping[str, Iterable[int]] | None = None,
        partners: Iterable[str] = (),
        employees: Iterable[str] = (),
        followers: Mapping[str, Iterable[str]] | None = None,
        recent: Mapping[str, int] | None = None,
    ) -> None:
        self._aliases: dict[str, tuple[Alias, ...]] = {}
        self._addresses: set[str] = set()
        models: set[str] = set()
        for alias in aliases:
            local = alias.name.lower()
            models.add(alias.model)
            self._aliases[local] = (*self._aliases.get(local, ()), alias)
            if alias.domain is not None:
                address = comparable(f"{alias.name}@{alias.domain}")
                self._addresses.add(address)
                self._aliases[address] = (*self._aliases.get(address, ()), alias)
        self._threads = dict(threads or {})
        self._mails = {str(mail_id): thread for mail_id, thread in (mails or {}).items()}
        self._records = {model: frozenset(ids) for model, ids in (records or {}).items()}
        self._models = models | set(self._records)
        self._partners = set(map(comparable, partners))
        self._employees = set(map(comparable, employees))
        self._follows: dict[str, tuple[str, ...]] = {}
        for record, people in (followers or {}).items():
            for address in people:
                follower = comparable(address)
                self._follows[follower] = (*self._follows.get(follower, ()), record)
        self._recent = dict(recent or {})
        self._stranger = Sender(recent=self._recent)

    def __call__(self, needs: Sequence[Need]) -> Answers:
        """Answer some questions."""
        answers: dict[str, Any] = {}
        for need in needs:
            answers[need.kind] = getattr(self, f"_{need.kind}_of")(need.keys)
        return Answers(**answers)

    def _threads_of(self, keys: tuple[str, ...]) -> dict[str, Thread | None]:
        return {key: self._threads.get(key) for key in keys}

    def _mails_of(self, keys: tuple[str, ...]) -> dict[str, Thread | None]:
        return {key: self._mails.get(key) for key in keys}

    def _aliases_of(self, keys: tuple[str, ...]) -> dict[str, tuple[Alias, ...]]:
        return {key: self._aliases.get(key, ()) for key in keys}

    def _sender_of(self, keys: tuple[str, ...]) -> Sender:
        address = keys[0]
        known = address in self._partners and address not in self._addresses
        employee, follows = address in self._employees, self._follows.get(address, ())
        if not known and not employee and not follows:
            return self._stranger
        return Sender(partner=known, employee=employee, follows=follows, recent=self._recent)

    def _records_of(self, keys: tuple[str, ...]) -> dict[str, bool]:
        return {key: self._has(key) for key in keys}

    def _has(self, key: str) -> bool:
        model, _, record = key.rpartition(",")
        return record.isdigit() and int(record) in self._records.get(model, ())

    def _models_of(self, keys: tuple[str, ...]) -> dict[str, bool]:
        return {key: key in self._models for key in keys}


def load_gateway(config: Mapping[str, Any]) -> tuple[Gateway, StaticHost]:
    """A gateway and its host from one plain configuration, such as comes from JSON.

    Keys: `version`, `alias_domains`, `aliases`, `known_message_ids` (id -> model, thread_id), `mails` (number of a sent mail ->
    the same), `records` (model -> ids), `partners`, `employees`, `followers` ("model,id" -> addresses), `fallback_model`,
    `allowed_domains`, `loop` (minutes, threshold, allowed, recent_by_sender), `keys` (id, secret in base64: they sign our
    addresses), `model_numbers` (number -> model), and `separators`, `trusted_authserv_ids`, `removes_forged_results` as in
    `Gateway`.
    """
    loop = dict(config.get("loop") or {})
    recent = loop.pop("recent_by_sender", {})
    mails = config.get("mails") or {}
    settings = {
        name: config[name]
        for name in ("separators", "trusted_authserv_ids", "removes_forged_results")
        if name in config
    }
    gateway = Gateway.preset(
        config.get("version", "3.x"),
        alias_domains=tuple(AliasDomain(**domain) for domain in config.get("alias_domains", ())),
        local_domains=tuple(config.get("allowed_domains") or ()),
        fallback_model=config.get("fallback_model"),
        loop=Loop(**loop) if loop else None,
        keys=tuple(_key(key) for key in config.get("keys", ())),
        model_numbers=config.get("model_numbers") or {},
        **settings,
    )
    host = StaticHost(
        aliases=tuple(Alias(**alias) for alias in config.get("aliases", ())),
        threads={
            message_id: Thread(
                model=row.get("model"), record_id=row.get("thread_id"), internal=bool(row.get("internal")), order=order
            )
            for order, (message_id, row) in enumerate(config.get("known_message_ids", {}).items())
        },
        mails={
            int(mail_id): Thread(model=row.get("model"), record_id=row.get("thread_id"))
            for mail_id, row in mails.items()
        },
        records=config.get("records"),
        partners=config.get("partners", ()),
        employees=config.get("employees", ()),
        followers=config.get("followers"),
        recent=recent,
    )
    return gateway, host


def _key(config: Mapping[str, Any]) -> TokenKey:
    try:
        return TokenKey(int(config["id"]), base64.b64decode(config["secret"], validate=True))
    except (KeyError, TypeError, ValueError):
        raise ConfigurationError("keys: each needs an id (a number) and a secret (in base64)") from None
