"""Carries out one job in its process and reports the outcome as an exit status."""

import errno
import logging
from collections.abc import Callable
from functools import partial

import msgspec

from kenpin.application.stored_pictures import PictureNotIntact
from kenpin.bootstrap import Platform, platform
from kenpin.domain.dataset.refusals import TooFewLabels
from kenpin.domain.decider import Refusal
from kenpin.ports import Job, NotFound
from kenpin_training.artifact import WrongArtifact
from kenpin_training.backbones.efficientnet_lite.weights import WrongWeights
from kenpin_training.backbones.keras_file.file import UnusableBackbone
from kenpin_training.data import ErasedImages, OtherHistory
from kenpin_training.exit_status import DONE, FAILED_FOR_GOOD, NO_LONGER_NEEDED
from kenpin_training.export_model import export_model
from kenpin_training.exporting.self_check import UnlikeAnswers
from kenpin_training.inspect_images import inspect_images
from kenpin_training.pipeline.features import NotFinite
from kenpin_training.pipeline.images import UnreadableImage
from kenpin_training.readjudicate import readjudicate
from kenpin_training.suggest import suggest
from kenpin_training.train import train

NOT_RETRYABLE = (
    ErasedImages,
    NotFinite,
    OtherHistory,
    TooFewLabels,
    UnlikeAnswers,
    UnreadableImage,
    UnusableBackbone,
    PictureNotIntact,
    NotFound,
    WrongArtifact,
    WrongWeights,
)
DISK_IS_FULL = (
    "the disk of the training machine is full; make room, then ask for it again: nothing stored is lost"
)
logger = logging.getLogger("kenpin.training")


def carry_out(body: bytes, worker: str) -> int:
    """Carry out the job and return the exit status. An exception is a crash; its traceback goes to the log."""
    job = msgspec.json.decode(body, type=Job)
    logger.info("job %s, correlation %s, trace %s", job.job_id, job.correlation_id, job.traceparent)
    kinds: dict[str, Callable[[Platform, Job], None]] = {
        "train": partial(train, worker=worker),
        "suggest": suggest,
        "readjudicate": readjudicate,
        "export_model": export_model,
        "inspect": inspect_images,
    }
    try:
        kinds[job.kind](platform(), job)
    except NOT_RETRYABLE as error:
        print(error, flush=True)
        return FAILED_FOR_GOOD
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(DISK_IS_FULL, flush=True)
        return FAILED_FOR_GOOD
    except Refusal as refusal:  # the run is over, or in the hands of another worker
        logger.info("stopped: %s", refusal)
        return NO_LONGER_NEEDED
    return DONE
