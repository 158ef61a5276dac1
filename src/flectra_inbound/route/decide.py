"""The decision, in its order; docs/routing.md tells the same in prose.

Rules of this file: sans-IO. What is not known yet becomes a `Need`, and the caller comes again with the answers; nothing is
asked that an earlier step makes needless. The order: duplicate, loop, delivery report and complaint, answer to a thread, alias,
catchall, fallback.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from ..addressing.flectra import is_tracked, tag_of
from ..gateway import Alias, Answers, Gateway, Sender, Thread, comparable
from ..result import REPORTS, Decision, Inbound, Kind, Need, Routing, SignedToken, Target, TokenState
from .answering import may_answer, own_author
from .asking import Known
from .policy import looping, refusal
from .recipients import SENT_TO, Recipients

#: a program's answer to one mail: it belongs to a thread, and creates nothing
_ANSWERS = frozenset({Kind.AUTO_REPLY, Kind.CHALLENGE, Kind.RECEIPT})
_LOOP_TAG = "loop-detection-bounce-email"
_STRANGER = Sender()


class _Ask(Exception):
    def __init__(self, *needs: Need) -> None:
        self.needs = needs


def route(inbound: Inbound, gateway: Gateway, answers: Answers | None = None) -> Routing:
    """The routing of a mail, or what has to be asked first (`Routing.needs`)."""
    router = Router(inbound, gateway)
    found = router.step(Known(answers))
    return found if isinstance(found, Routing) else router.open(found)


class Router:
    """Routes one mail: what does not depend on the answers is worked out once, whatever the number of rounds."""

    def __init__(self, inbound: Inbound, gateway: Gateway) -> None:
        self.inbound = inbound
        self.mail = inbound.mail
        self.gateway = gateway
        self.answers = Known()
        self.to = Recipients(inbound.mail.recipients, gateway)
        self.author = own_author(inbound.mail, gateway)
        complaint = inbound.complaint
        #: what the return path encodes that the report came to, or that is complained about
        self.path = self.to.return_path or (
            self.to.own_path(complaint.original_mail_from)
            if complaint is not None and complaint.original_mail_from is not None
            else None
        )
        #: of the recipients, and of an author at a domain of ours
        self.alias_keys = self.to.keys
        if self.author is not None:
            self.alias_keys = tuple(dict.fromkeys((*self.to.keys, *self.author.keys)))
        self.answered = self._answered()
        self.ids = self._thread_ids()
        self.mail_ids = self._mail_ids()
        self.trace: list[str] = []
        self._at = 0  #: the step to go on with
        self._matched: dict[tuple[str, ...], list[tuple[Alias, str | None]]] = {}

    def open(self, needs: tuple[Need, ...]) -> Routing:
        """The routing while questions are open."""
        return Routing.of(
            decision=Decision.UNROUTABLE,
            targets=(),
            answer=False,
            detail=None,
            parent_message_id=None,
            trace=(*self.trace, *[f"asks for {need.kind}" for need in needs]),
            needs=needs,
        )

    def step(self, answers: Known) -> Routing | tuple[Need, ...]:
        """The routing, or the questions that are open."""
        self.answers = answers
        try:
            return self._run()
        except _Ask as ask:
            return ask.needs

    def _run(self) -> Routing:
        """The steps in their order, from the one that asked; what those before it were told does not change any more."""
        told = 0
        try:
            for step in _STEPS[self._at :]:
                told = len(self.trace)
                found = step(self)
                if found is not None:
                    return found
                self._at += 1
        except _Ask:
            del self.trace[told:]
            raise
        return self._fallback()

    # -- asking --------------------------------------------------------------------------------------------------------

    def _ask_first(self) -> Routing | None:
        """One round for all that does not depend on an answer."""
        answers, needs = self.answers, []
        known: Mapping[str, object]
        for kind, keys, known in (
            ("threads", self.ids, answers.threads),
            ("aliases", self.alias_keys, answers.aliases),
            ("mails", self.mail_ids, answers.mails),
        ):
            if keys and not (known and all(map(known.__contains__, keys))):
                needs.append(Need.of(kind=kind, keys=keys))
        if answers.sender is None and self.mail.sender is not None:
            needs.append(Need.of(kind="sender", keys=(comparable(self.mail.sender.address),)))
        if needs:
            raise _Ask(*needs)
        return None

    def _thread_ids(self) -> tuple[str, ...]:
        mail = self.mail
        own = (mail.message_id,) if mail.message_id else ()
        reported = self.inbound.delivery.original_message_ids if self.inbound.delivery is not None else ()
        complained = self.inbound.complaint.original_message_ids if self.inbound.complaint is not None else ()
        ids = (*own, *mail.kept_ids, *self.answered, *reported, *complained)
        return tuple(dict.fromkeys(ids))

    def _answered(self) -> tuple[str, ...]:
        """What the mail answers, the nearest first: In-Reply-To, References from the last one on, what a receipt is about."""
        receipt = self.inbound.receipt
        about = receipt.original_message_ids if receipt is not None else ()
        return tuple(dict.fromkeys((*self.mail.in_reply_to, *reversed(self.mail.references), *about)))

    def _mail_ids(self) -> tuple[str, ...]:
        """The mails whose record nothing but their number names: in a token, or in a return path."""
        found = [t.mail_id for t in self.inbound.tokens if t.mail_id is not None and not _names_record(t)]
        path = self.path
        if path is not None and path.model is None:
            found.append(path.mail_id)
        return tuple(dict.fromkeys(map(str, found)))

    def _thread(self, message_id: str) -> Thread | None:
        return self.answers.threads.get(message_id)

    def _has_record(self, model: str, record_id: int) -> bool:
        key = f"{model},{record_id}"
        if key not in self.answers.records:
            raise _Ask(Need.of(kind="records", keys=(key,)))
        return self.answers.records[key]

    # -- what comes out ------------------------------------------------------------------------------------------------

    def _done(
        self,
        decision: Decision,
        step: str,
        *targets: Target,
        parent: str | None = None,
        detail: str | None = None,
        answer: bool | None = None,
    ) -> Routing:
        self.trace.append(f"{decision}: {step}")
        return Routing.of(
            decision=decision,
            targets=targets,
            answer=may_answer(self.inbound, self.gateway, self._is_alias()) if answer is None else answer,
            detail=detail,
            parent_message_id=parent,
            trace=tuple(self.trace),
            needs=(),
        )

    def _is_alias(self) -> bool:
        return self.author is not None and bool(self.author.matched(self.answers.aliases, ()))

    # -- the steps -----------------------------------------------------------------------------------------------------

    def _duplicate(self) -> Routing | None:
        for message_id in (self.mail.message_id, *self.mail.kept_ids):
            if message_id is not None and self._thread(message_id) is not None:
                return self._done(Decision.DUPLICATE, f"{message_id} is stored already", answer=False)
        self.trace.append("no duplicate")
        return None

    def _loop_tag(self) -> Routing | None:
        for message_id in self.answered:
            if f"-{_LOOP_TAG}@" in message_id:
                return self._done(Decision.LOOP, "it answers our notice about a loop", answer=False)
        return None

    def _report(self) -> Routing | None:
        inbound = self.inbound
        path = self.to.return_path
        if inbound.kind is Kind.COMPLAINT:
            return self._done(Decision.COMPLAINT, "a feedback report", *self._reported(), answer=False)
        if inbound.kind in REPORTS:
            return self._done(Decision.BOUNCE, f"a delivery report ({inbound.kind})", *self._reported(), answer=False)
        if path is not None or self.to.bounce is not None:
            found = path.domain if path is not None else self.to.bounce
            return self._done(
                Decision.BOUNCE, f"it came to our bounce address ({found})", *self._reported(), answer=False
            )
        return None

    def _reported(self) -> tuple[Target, ...]:
        """The record that the lost message belonged to: by its id, else by the return path, else by what the report answers."""
        for part in (self.inbound.delivery, self.inbound.complaint):
            for message_id in part.original_message_ids if part is not None else ():
                thread = self._thread(message_id) or self._signed_id(message_id)
                if thread is not None and thread.model is not None:
                    self.trace.append(f"{message_id} belongs to {thread.model},{thread.record_id}")
                    return (_target(thread.model, thread.record_id),)
        token = next((t for t in self.inbound.tokens if t.purpose == "bounce" and t.mail_id is not None), None)
        thread = self._named_by(token) if token is not None else None
        if thread is not None and thread.model is not None:
            self.trace.append(f"the signed return path names {thread.model},{thread.record_id}")
            return (_target(thread.model, thread.record_id),)
        path = self.path
        if path is not None:
            sent = self.answers.mails.get(str(path.mail_id)) if path.model is None else None
            model, record = (sent.model, sent.record_id) if sent is not None else (path.model, path.record_id)
            if model is not None:
                self.trace.append(f"the return path names {model},{record}")
                return (_target(model, record),)
        parent = self._parent()
        if parent is not None and parent[1].model is not None:
            self.trace.append(f"it answers {parent[0]}")
            return (_target(parent[1].model, parent[1].record_id),)
        # at least where it came in
        return tuple(_target(alias.model, alias.force_thread_id or None, alias) for alias, _ in self._aliases()[:1])

    def _reply(self) -> Routing | None:
        found = self._parent()
        if found is None:
            self.trace.append("it answers no message of ours")
            return None
        parent, thread = found
        if thread.model is None:
            return self._done(Decision.REPLY, "a discussion without document", parent=parent)
        if self._is_forward(parent, thread.model):
            self.trace.append(f"To names an alias of another model than {thread.model}: forwarded, no answer")
            return None
        return self._answer(f"to {parent}", thread, parent)

    def _answer(self, step: str, thread: Thread, parent: str | None) -> Routing:
        model, record = thread.model or "", thread.record_id
        alias, detail = next(((a, d) for a, d in self._aliases() if a.model == model), (None, None))
        if alias is not None and (why := self._refusal(alias)) is not None:
            return self._done(Decision.REFUSE_SENDER, why)
        if record is not None and not self._has_record(model, record):
            self.trace.append(f"{model},{record} is gone")
            record = None
        if self._looping([f"{model},{record}"]):
            return self._done(Decision.LOOP, f"the sender wrote too much to {model},{record}")
        return self._done(
            Decision.REPLY,
            step,
            _target(model, record, alias),
            parent=parent,
            detail=detail,
        )

    def _parent(self) -> tuple[str, Thread] | None:
        """The nearest message of ours that it answers."""
        message_id, thread = self._nearest
        if thread is not None:
            return message_id, thread
        if message_id:
            self.trace.append(f"{message_id} asks that answers create records")
        return None

    @cached_property
    def _nearest(self) -> tuple[str, Thread | None]:
        """The first id that decides whether this is an answer, and to what; several steps ask."""
        for message_id in self.answered:
            if tag_of(message_id) == "reply_to":
                return message_id, None
            thread = self._thread(message_id) or self._signed_id(message_id)
            if thread is not None and (thread.model is not None or self.gateway.private_discussions):
                return message_id, thread
        return "", None

    # -- signed tokens -------------------------------------------------------------------------------------------------

    def _signed_reply(self) -> Routing | None:
        """The record that a signed address of ours stands for, whatever became of the ids."""
        for token in self.inbound.tokens:
            if token.purpose != "reply":
                continue
            if token.state is not TokenState.VALID:
                self.trace.append(f"a reply address of ours, {token.state}: not followed")
                continue
            thread = self._named_by(token)
            if thread is None or thread.model is None:
                self.trace.append("a reply address of ours names no record")
                continue
            found = self._parent()
            parent = found[0] if found is not None and found[1].model == thread.model else None
            return self._answer(f"to the record of our signed address ({thread.model})", thread, parent)
        return None

    def _signed_id(self, message_id: str) -> Thread | None:
        """What an id of ours says that the host does not know: its store may have lost it."""
        token = next((t for t in self.inbound.tokens if t.purpose == "message" and t.carrier == message_id), None)
        if token is None or token.state is not TokenState.VALID:
            return None
        return self._named_by(token)

    def _named_by(self, token: SignedToken) -> Thread | None:
        if _names_record(token):
            return Thread(model=token.model, record_id=token.record_id)
        return self.answers.mails.get(str(token.mail_id))

    def _is_forward(self, parent: str, model: str) -> bool:
        if self.gateway.forward_needs_own_id and not is_tracked(parent):
            return False
        return any(alias.model != model for alias, _ in self._aliases(SENT_TO))

    def _alias(self) -> Routing | None:
        matched = self._aliases()
        found = self._parent()
        if found is not None and found[1].model is not None and self._is_forward(found[0], found[1].model):
            matched = [(a, d) for a, d in matched if a.model != found[1].model]
        if not matched:
            return None
        if self.inbound.kind in _ANSWERS:
            return self._done(Decision.IGNORE, f"an {self.inbound.kind} creates nothing", answer=False)
        refusals = [self._refusal(alias) for alias, _ in matched]
        allowed = [pair for pair, why in zip(matched, refusals) if why is None]
        if not allowed:
            return self._done(Decision.REFUSE_SENDER, refusals[0] or "")
        self.trace += [why for why in refusals if why is not None]
        place = self._looping([f"{a.model},{a.force_thread_id}" if a.force_thread_id else a.model for a, _ in allowed])
        if place is not None:
            return self._done(Decision.LOOP, f"the sender wrote too much to {place}")
        targets = tuple(_target(alias.model, alias.force_thread_id or None, alias) for alias, _ in allowed)
        decision = Decision.UPDATE if targets[0].record_id is not None else Decision.CREATE
        return self._done(decision, ", ".join(alias.name for alias, _ in allowed), *targets, detail=allowed[0][1])

    def _looping(self, places: list[str]) -> str | None:
        sender = self.mail.sender
        return looping(places, self.gateway.loop, sender.address, self.answers.sender) if sender is not None else None

    def _catchall(self) -> Routing | None:
        if self.inbound.kind is Kind.UNSUBSCRIBE:
            return self._done(Decision.IGNORE, "a request to unsubscribe: to be booked, and no record", answer=False)
        if not self.gateway.refuse_catchall or not self.to.catchall:
            return None
        if self.inbound.kind in _ANSWERS or self.inbound.automatic:
            return self._done(Decision.IGNORE, "a program wrote to the catchall", answer=False)
        return self._done(Decision.REFUSE_CATCHALL, "only the catchall, and it answers nothing")

    def _fallback(self) -> Routing:
        model = self.gateway.fallback_model
        if model is not None and self.inbound.kind not in _ANSWERS:
            if model not in self.answers.models:
                raise _Ask(Need.of(kind="models", keys=(model,)))
            if self.answers.models[model]:
                return self._done(Decision.FALLBACK, model, _target(model, None))
            self.trace.append(f"{model} takes no mail")
        if self.inbound.kind in _ANSWERS:
            return self._done(Decision.IGNORE, f"an {self.inbound.kind} that belongs nowhere", answer=False)
        return self._done(Decision.UNROUTABLE, "no thread, no alias, no fallback")

    # -- aliases -------------------------------------------------------------------------------------------------------

    def _aliases(self, sources: tuple[str, ...] = ()) -> list[tuple[Alias, str | None]]:
        """The aliases that the mail came to, each once, with the subaddress that it was written with."""
        found = self._matched.get(sources)
        if found is None:
            found = self._matched[sources] = self.to.matched(self.answers.aliases, sources)
        return found

    def _refusal(self, alias: Alias) -> str | None:
        return refusal(alias, self.answers.sender or _STRANGER, self.inbound.authentication)


#: the order of the decision; the fallback is what is left
_STEPS = (
    Router._ask_first,
    Router._duplicate,
    Router._loop_tag,
    Router._report,
    Router._signed_reply,
    Router._reply,
    Router._alias,
    Router._catchall,
)


def _names_record(token: SignedToken) -> bool:
    return token.model is not None and token.record_id is not None


def _target(model: str, record_id: int | None, alias: Alias | None = None) -> Target:
    return Target.of(
        model=model,
        record_id=record_id,
        alias=alias.name if alias is not None else None,
        defaults=alias.defaults if alias is not None else {},
    )
