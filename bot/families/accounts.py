"""Commands that are about one account: the one they name, or the person's first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import BeforeValidator, Field
from pydantic.fields import FieldInfo

from bot.command import Command, Context
from bot.forms import Form

AccountText = Annotated[
    str, BeforeValidator(lambda text: str(text).strip().lstrip("@")), Form("account")
]


class AccountCommand(Command):
    """A command whose last argument may be an account: `account=main`, or `@main`."""

    account: AccountText | None = Field(
        default=None, description="Which account, if there are several."
    )

    @classmethod
    def arguments(cls) -> Mapping[str, FieldInfo]:
        """Its own first."""
        fields = dict(super().arguments())
        fields["account"] = fields.pop("account")
        return fields

    @classmethod
    def positionals(cls) -> tuple[str, ...]:
        """The account is never one of them."""
        return tuple(name for name in super().positionals() if name != "account")

    def account_said(self) -> str | None:
        """The account it names."""
        return self.account

    def bound(self, context: Context) -> Self:
        """The same with its account said, so that a yes is for that one and no other."""
        return self.model_copy(update={"account": str(context.desk.account)})
