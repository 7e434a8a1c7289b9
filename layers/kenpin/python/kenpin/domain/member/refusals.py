"""Refusals of a member."""

from kenpin.domain.decider import Missing, Refusal


class TokenExists(Refusal):
    def __init__(self, token_id: str) -> None:
        super().__init__(f"token {token_id} exists already; choose another id")


class NoSuchToken(Missing):
    def __init__(self, token_id: str) -> None:
        super().__init__(f"there is no token {token_id}")


class LastAdmin(Refusal):
    def __init__(self, actor: str) -> None:
        super().__init__(f"{actor} is the last admin of the installation; make another one first")


class Taken(Refusal):
    """The e-mail address belongs to somebody else."""


class Elsewhere(Refusal):
    def __init__(self) -> None:
        super().__init__("people are invited at the issuer that signs them in; then grant them roles here")


class NotKnownAgain(Missing):
    def __init__(self, actor: str) -> None:
        super().__init__(f"{actor} was erased; they are not named again")
