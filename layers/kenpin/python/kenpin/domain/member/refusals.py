"""Refusals of a member."""

from kenpin.domain.decider import Missing, Refusal


class TokenExists(Refusal):
    text = "token {token_id} exists already; choose another id"

    def __init__(self, token_id: str) -> None:
        super().__init__(token_id=token_id)


class NoSuchToken(Missing):
    text = "there is no token {token_id}"

    def __init__(self, token_id: str) -> None:
        super().__init__(token_id=token_id)


class LastAdmin(Refusal):
    text = "{actor} is the last admin of the installation; make another one first"

    def __init__(self, actor: str) -> None:
        super().__init__(actor=actor)


class Taken(Refusal):
    """The e-mail address belongs to somebody else."""

    text = "another person here has this e-mail address; use another one"


class Elsewhere(Refusal):
    text = "people are invited at the issuer that signs them in; then grant them roles here"


class NotKnownAgain(Missing):
    text = "{actor} was erased; they are not named again"

    def __init__(self, actor: str) -> None:
        super().__init__(actor=actor)
