"""First windows: where deep grey arrives and no window stands for its camera, a sample of it gives one."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final

from kenpin.application.execute import SYSTEM
from kenpin.application.platform_parts import PlatformParts
from kenpin.application.stored_pictures import PictureNotIntact, open_picture
from kenpin.domain.dataset.commands import SetWindow
from kenpin.domain.dataset.decider import dataset
from kenpin.domain.dataset.state import DatasetState
from kenpin.domain.dataset.windows import lacks_window
from kenpin.domain.event import Context
from kenpin.domain.ids import DatasetId, ImageId
from kenpin.pictures.decode import sample_of
from kenpin.pictures.limits import UnreadablePicture
from kenpin.pictures.window_sample import GreySample, window_of_samples
from kenpin.ports import Unavailable

SAMPLE_IMAGES: Final = 16
"""Images of a camera that are looked at, of those that arrive together."""


def set_first_windows(
    platform: PlatformParts,
    dataset_id: DatasetId,
    before: DatasetState,
    arrived: Mapping[ImageId, str | None],
    by: Context,
) -> int:
    """Set the windows that are lacking for these images (image → camera); return the dataset's version, 0 when none.

    Pictures that no one window fits set none: each is shown by percentiles of its own until a person sets one.
    """
    version = 0
    for camera in dict.fromkeys(arrived.values()):
        if not lacks_window(before.windows, camera):
            continue
        samples = _samples(platform, [id for id, of in arrived.items() if of == camera][:SAMPLE_IMAGES])
        if samples and (window := window_of_samples(samples)) is not None:
            reason = f"percentiles 0.1 and 99.9 of {len(samples)} images"
            command = SetWindow(low=window.low, high=window.high, camera=camera, how="sample", reason=reason)
            system = Context(actor=SYSTEM, correlation_id=by.correlation_id, traceparent=by.traceparent)
            with suppress(Unavailable):  # the stream is too busy; images that arrive later ask again
                version = platform.commands.execute(dataset, dataset_id, command, by=system).version
    return version


def _samples(platform: PlatformParts, image_ids: Iterable[ImageId]) -> list[GreySample]:
    samples: list[GreySample] = []
    for image_id in image_ids:
        with suppress(UnreadablePicture, PictureNotIntact):
            with open_picture(platform.objects, image_id) as body:
                sample = sample_of(body, platform.settings.picture_limits)
            samples += [sample] if sample else []
    return samples
