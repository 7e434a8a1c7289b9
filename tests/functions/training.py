"""The training process as the API's tests play it."""

from kenpin.domain.event import Context
from kenpin.domain.run.values import Identity

WORKER = Context(actor="trainer")
IDENTITY = Identity(code_digest="c", weights_digest="w", libraries={"numpy": "2"}, threads=2, hardware="cpu")
