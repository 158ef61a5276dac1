"""Which rules of the library a case exercises, and which no case does.

Seen from outside: from the mail, its result and the rule files, so that no stage has to note anything. What counts, by table:

- `header`: the field is there and its value is one that the rule takes.
- `subject`, `text`: the evidence names the phrase.
- `notice`: the evidence names the notice.
- `reason`: a recipient's verdict names one of the words or marks.
- `client`: a tag of the HTML is one of the containers of this client and role, as the reply reader compares them.
- `language`: a label with a reply is in the language of the file.

Not asked: `schemes/` (each brings examples, which a test runs), `status.toml` (copies of registries, complete on purpose), and
lists of words that are no tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from flectra_inbound import Inbound, Kind, Message, parse, process
from flectra_inbound.classify.phrases import PhraseTree, fold
from flectra_inbound.extract.reply.elements import attributes_of, matches
from flectra_inbound.rules import automatic, notices, reasons
from flectra_inbound.rules.loader import containers, languages
from flectra_inbound.rules.schema import Container, HeaderRule, Phrase, ReasonPhrase

from .cases import Case

_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9:_-]{0,40})[^<>]{0,20000}>")
#: what gateways put before a subject: see `classify.automatic`
_TAGS = re.compile(r"\s{0,9}(?:\[[^\[\]]{1,40}\]|\([^()]{1,40}\)|\*{1,9}[^*]{1,40}\*{1,9})")


class Rules:
    """All rules by name, ready to be asked what a case exercises."""

    def __init__(self) -> None:
        self._headers: dict[str, list[HeaderRule]] = {}
        for rule in automatic().header:
            self._headers.setdefault(rule.header, []).append(rule)
        self._subjects = PhraseTree(automatic().subject)
        self._same: dict[tuple[str, str], list[Phrase]] = {}  # several languages may share a subject
        for phrase in automatic().subject:
            for words in phrase.words:
                self._same.setdefault((phrase.supports.value, fold(words)), []).append(phrase)
        self._texts: dict[tuple[str, str], list[Phrase]] = {}
        for phrase in automatic().text:
            for words in phrase.words:
                self._texts.setdefault((phrase.supports.value, words), []).append(phrase)
        self._reasons: dict[str, list[ReasonPhrase]] = {}
        for told in (*reasons().phrase, *reasons().text):
            for words in (*told.words, *told.marks):
                self._reasons.setdefault(words, []).append(told)

    def names(self) -> frozenset[str]:
        """Every rule that a case can exercise."""
        files = automatic()
        return frozenset(
            [_header(rule) for rule in files.header]
            + [_phrase("subject", phrase) for phrase in files.subject]
            + [_phrase("text", phrase) for phrase in files.text]
            + [f"notice {notice.name}" for notice in notices()]
            + [_reason(told) for rules in self._reasons.values() for told in rules]
            + [_client(container) for container in containers()]
            + [f"language {language.language}" for language in languages()]
        )

    def exercised(self, case: Case, inbound: Inbound | None = None) -> frozenset[str]:
        """Those that one case exercises; `inbound`: its result, where somebody has it."""
        message = parse(case.raw)
        result = process(case.raw) if inbound is None else inbound
        found = {*self._by_fields(message), *self._by_evidence(message, result)}
        for recipient in result.delivery.recipients if result.delivery is not None else ():
            because = recipient.because.removesuffix(", said after the message was sent")
            found.update(map(_reason, self._reasons.get(because, ())))
        if result.reply is not None:
            found.update(map(_client, _containers_in(message.html or "")))
            if case.label.reply is not None:
                found.update(f"language {code}" for code in _files_of(case.label.language))
        return frozenset(found)

    def _by_fields(self, message: Message) -> Iterator[str]:
        for name in self._headers.keys() & message.headers.keys():
            for value in message.headers.get_all(name):
                word = value.lower().lstrip()
                for rule in self._headers[name]:
                    if _takes(rule, word):
                        yield _header(rule)
                        break

    def _by_evidence(self, message: Message, result: Inbound) -> Iterator[str]:
        for seen in result.evidence:
            table, _, name = seen.rule.partition(".")
            if table == "notice":
                yield f"notice {name}"
            elif table == "text":
                for phrase in self._texts.get((seen.supports.value, seen.text), ()):
                    yield _phrase("text", phrase)
            elif table == "subject":
                subject = fold(message.subject)
                tag = _TAGS.match(subject)
                entry = self._subjects.opening(subject) or (
                    self._subjects.opening(subject[tag.end() :]) if tag else None
                )
                if entry is not None and entry.phrase.supports == seen.supports:
                    for phrase in self._same[(seen.supports.value, fold(entry.words))]:
                        yield _phrase("subject", phrase)


def _takes(rule: HeaderRule, word: str) -> bool:
    return (
        (not rule.values or word.startswith(rule.values))
        and not (rule.unless and word.startswith(rule.unless))
        and not any(piece in word for piece in rule.lacks)
        and (not rule.holds or any(piece in word for piece in rule.holds))
    )


def _containers_in(html: str) -> Iterator[Container]:
    for tag in _TAG.finditer(html):
        name = tag[1].lower()
        attributes = attributes_of(tag[0])
        words = attributes.get("class", "").lower().split()
        identity = attributes.get("id", "").lower().strip()
        for container in containers():
            if matches(container, name, attributes, words, identity):
                yield container


def _files_of(language: str) -> Sequence[str]:
    """The language files that a label's language is read by: `zh` by those of both scripts."""
    return [
        each.language for each in languages() if each.language == language or each.language.startswith(f"{language}-")
    ]


def _header(rule: HeaderRule) -> str:
    values = " ".join(rule.values or rule.holds)
    return f"header {rule.header}{f' ({values})' if values else ''}"


def _phrase(table: str, phrase: Phrase) -> str:
    kind = "" if phrase.supports is Kind.AUTO_REPLY else f" {phrase.supports}"
    return f"{table}{kind} {phrase.language} {phrase.weight}: {phrase.words[0]}"


def _reason(told: ReasonPhrase) -> str:
    return f"reason {told.reason}: {(*told.words, *told.marks)[0]}"


def _client(container: Container) -> str:
    return f"client {container.client} {container.role}"
