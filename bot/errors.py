"""The bot's failures; each becomes a card in the person's language.

BotError
├── NotUnderstood        with the nearest commands
│   ├── CommandNotFound
│   └── ArgumentInvalid  with the usage line
├── NotPermitted         with what is missing
│   └── Stranger         with the name by which the owner may let them in
├── ConfirmationInvalid  no such ticket, or not this person's, not here, not now
├── FileNotGiven         a command needs a file that did not come with the message
├── ScheduleNotFound     no such schedule of this person
├── CodeRefused          a second factor that is wrong, used, locked or cannot be asked for
├── KeysInTheOpen        what looks like a key was written as a message; it is not kept
├── LiveRefused          an account that is not, or cannot be, turned live
├── SignalRefused        a program's signal that its hook does not allow
├── VaultClosed          a sealed secret that cannot be opened here
├── LinkRefused          a code that links nothing, or an account that stays where it is
├── MemberRefused        no such member, or a role that cannot be given or taken
├── NotBuiltYet          the catalogue names it, this version cannot do it
├── TooMuch              a rate or size limit, with when to come back
├── WorkFailed           work in another process took too long, or died
├── DesignUnclear        words that make no strategy, with what is missing
├── ModelUnavailable     the language model did not answer; the offline interpreter does
├── NobodyThere          the reader is not connected: the message waits for them
├── NotTaken             what came in is passed over by rule: a forward, a file, an old button
└── ConfigInvalid        stops the start, with the line and the fix

DeliveryFailed           a platform did not take a message; one class for each remedy
├── TryLater             it is not there: again, after as long as the platform says
├── Unsure               it may be there
├── Undeliverable        it will never be: the reason is kept
├── Moved                the conversation has another name now
└── PlatformClosed       the token is wrong or revoked: this platform ends, the others go on

A reader of words raises Unreadable, which becomes the ArgumentInvalid of the argument it read.
"""

from __future__ import annotations

_SHOWN = 40


def shown(text: str) -> str:
    """A person's own words, on one line and short enough to be said back."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


class Unreadable(ValueError):
    """Words that cannot be read as what they should be.

    `kind` names the text under `errors.argument`, facts fill it. A ValueError, so that pydantic
    takes it for the failure of one argument and goes on.
    """

    def __init__(self, kind: str, said: str = "", **facts: str) -> None:
        super().__init__(f"{kind}: {shown(said)}")
        self.kind = kind
        self.facts = {"said": shown(said), **facts}


class BotError(Exception):
    """A failure with a text of its own: `code` is the catalogue key, `facts` fill it."""

    code = "bot"

    def __init__(self, message: str = "", **facts: str) -> None:
        super().__init__(message or self.code)
        self.facts = facts


class NotUnderstood(BotError):
    """The words name no command. Facts: `text`."""

    code = "not_understood"


class CommandNotFound(NotUnderstood):
    """A slash word that is no command. Facts: `word`, `nearest`."""

    code = "command_not_found"


class ArgumentInvalid(NotUnderstood):
    """One argument is wrong. Facts: `command`, `argument`, `usage`; `kind` and what fills its text.

    `kind` names the text under `errors.argument`. `nearest`, where it is not empty, takes the text
    of `<kind>_near` instead.
    """

    code = "argument_invalid"


class NotPermitted(BotError):
    """The role does not reach. Facts: `command`, `needed`, `role`."""

    code = "not_permitted"


class Stranger(NotPermitted):
    """Nobody named this sender. Facts: `known_as`, beside those of NotPermitted."""

    code = "stranger"


class ConfirmationInvalid(BotError):
    """A yes that confirms nothing. `reason` picks the text; facts fill it."""

    code = "confirmation_invalid"

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(reason, **facts)
        self.code = f"confirmation_{reason}"


class FileNotGiven(BotError):
    """No such file came with the message. Facts: `file`."""

    code = "file_not_given"


class ScheduleNotFound(BotError):
    """No such schedule of this person. Facts: `id`."""

    code = "schedule_not_found"


class NewsNotFound(BotError):
    """The person was told of no such news. Facts: `news`."""

    code = "news_not_found"


class CodeRefused(BotError):
    """A code of a second factor is not taken. `reason` picks the text; facts fill it."""

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(reason, **facts)
        self.code = f"code_{reason}"


class LiveRefused(BotError):
    """An account does not trade for real: not_meant, no_keys, not_live, no_connector.

    Facts: `account`.
    """

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(reason, **facts)
        self.code = f"live_{reason}"


class KeysInTheOpen(BotError):
    """Somebody wrote what looks like a key: `reason` is erased or visible."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.code = f"open_{reason}"


class SignalRefused(BotError):
    """A signal comes to nothing: gone, ownerless, symbol, not_listed, size. Facts: `hook`."""

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(reason, **facts)
        self.code = f"signal_{reason}"


class VaultClosed(BotError):
    """A sealed secret does not open: key (another vault's), changed, no_key. Facts: `key`."""

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(reason, **facts)
        self.reason = reason
        self.code = f"vault_{reason}"


class LinkRefused(BotError):
    """No accounts are joined or parted. `reason` picks the text; facts fill it."""

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(reason, **facts)
        self.code = f"link_{reason}"


class MemberRefused(BotError):
    """A member is not found, or keeps the role. `reason` picks the text; facts fill it."""

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(reason, **facts)
        self.code = f"member_{reason}"


class NotBuiltYet(BotError):
    """The catalogue page names the command; this version has no class for it. Facts: `command`."""

    code = "not_built_yet"


class TooMuch(BotError):
    """Too fast or too long. Facts: `limit`, `wait`."""

    code = "too_much"


class WorkFailed(BotError):
    """Work in another process came to nothing. `reason` picks the text; facts fill it."""

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(reason, **facts)
        self.code = f"work_{reason}"


class DesignUnclear(BotError):
    """Words that make no strategy. `reason` picks the text; facts: `word`, `names`, `why`.

    `unread` are the words that meant nothing.
    """

    def __init__(self, reason: str, unread: tuple[str, ...] = (), **facts: str) -> None:
        super().__init__(reason, **facts)
        self.reason = reason
        self.unread = unread
        self.code = f"design_{reason}"


class ModelUnavailable(BotError):
    """No answer of a language model: `reason` is timeout, busy, refused, garbage, budget, down."""

    code = "model_unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__(reason, reason=reason)
        self.reason = reason


class NobodyThere(BotError):
    """Whoever is to read it is not connected to this process."""

    code = "nobody_there"


class NotTaken(BotError):
    """What came in is not acted on. `reason` picks the text; facts fill it."""

    code = "not_taken"

    def __init__(self, reason: str, **facts: str) -> None:
        super().__init__(reason, **facts)
        self.code = f"not_taken_{reason}"


class ConfigInvalid(BotError):
    """A mistake in the configuration. Facts: `line`, `detail`, `fix`."""

    code = "config_invalid"


class DeliveryFailed(Exception):
    """A platform did not take a message; the text is for the log and the row."""


class TryLater(DeliveryFailed):
    """It was not taken, for certain. `seconds` is how long the platform asks to be left alone.

    0 where it did not say; `everywhere` when that holds for all conversations.
    """

    def __init__(self, reason: str, seconds: float = 0, *, everywhere: bool = False) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.everywhere = everywhere


class Unsure(DeliveryFailed):
    """The answer was lost: it may have been taken."""


class Undeliverable(DeliveryFailed):
    """It will never be taken: blocked, gone, or refused as it is."""


class Moved(DeliveryFailed):
    """The platform calls the conversation by another name from now on."""

    def __init__(self, conversation: str) -> None:
        super().__init__(f"moved to {conversation}")
        self.conversation = conversation


class PlatformClosed(DeliveryFailed):
    """The platform does not know the token, or no more."""
