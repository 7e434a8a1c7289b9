"""Fine-tuning: the later blocks of the network learn too, starting from the probe."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from kenpin.domain.recipe import Recipe
from kenpin_training.backbones.backbone import layers_of
from kenpin_training.checkpoint import Checkpoint, CheckpointStore
from kenpin_training.determinism import set_up
from kenpin_training.pipeline.devices import learning_devices
from kenpin_training.pipeline.evaluation import auroc
from kenpin_training.pipeline.log_odds import to_score
from kenpin_training.pipeline.model import ProgressReporter
from kenpin_training.pipeline.network import Network, pinned_network, tuned_network
from kenpin_training.pipeline.probe import Features, Probe, Scores, feature_scale
from kenpin_training.pipeline.training_set import Batch, TrainingSet
from kenpin_training.pipeline.views import averaged, views_of

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

OnEpoch = Callable[[int, dict[str, float], float], None]
"""(epoch, metrics, seconds left); may raise to stop"""


class FineTuned(Struct, frozen=True):
    network: Network
    probe: Probe
    held_out: Scores
    """of the images that were held out, which the network never learnt from"""


def fine_tune(
    training_set: TrainingSet,
    features: Features,
    start: Probe,
    recipe: Recipe,
    seed: int,
    on_epoch: OnEpoch,
    checkpoints: CheckpointStore,
) -> FineTuned:
    """Train the head and the later layers of the network, and say after each epoch how it goes.

    Goes on after the last checkpoint. An epoch is reported before it is kept, so that none stays unreported.

    `start`: a probe fitted on `features`, which the untouched network made of the images: the first head.
    Norms keep their statistics, which small batches would spoil, and nothing is dropped out, as when it judges.
    """
    _set_up_keras(seed)
    steps = recipe.epochs * training_set.batches_an_epoch(recipe.batch_size)
    learner = _Learner(features, start, recipe, steps)
    learner.resume(checkpoints.last)
    held_out = learner.run_epochs(training_set, seed, on_epoch, checkpoints)
    return FineTuned(learner.network(), learner.head.probe(), held_out)


def epoch_reporter(reporter: ProgressReporter, epochs: int) -> OnEpoch:
    """Return what tells the reporter of each epoch."""

    def on_epoch(epoch: int, metrics: dict[str, float], eta_seconds: float) -> None:
        reporter.epoch(epoch, epochs, metrics, eta_seconds)
        reporter.progress("train", epoch, epochs)

    return on_epoch


def _set_up_keras(seed: int) -> None:
    set_up()
    import keras

    keras.utils.set_random_seed(seed)


class _Learner:
    """The network with its head, and the optimizer that changes both."""

    def __init__(self, features: Features, start: Probe, recipe: Recipe, steps: int) -> None:
        import keras

        self._recipe, devices = recipe, learning_devices(recipe.batch_size)
        with devices.building() as self._strategy:
            pinned = pinned_network(recipe)
            body = pinned.model()
            self._learning = pinned.backbone.learning_layers(body, recipe.train_from_block)
            _unfreeze(body, self._learning)
            self.head = _Head(features, start)
            self._model = keras.Model(body.input, self.head.on(body.output))
            self._optimizer = _optimizer(self._model, recipe.learning_rate, steps, devices.loss_scale)
        self._state = [*self._model.trainable_variables, *self._optimizer.variables]

    def resume(self, checkpoint: Checkpoint) -> None:
        """Take the values of the checkpoint; the one before the first epoch has none."""
        for variable, value in zip(self._state, checkpoint.variables, strict=checkpoint.epoch > 0):
            variable.assign(value)

    def run_epochs(
        self, training_set: TrainingSet, seed: int, on_epoch: OnEpoch, checkpoints: CheckpointStore
    ) -> Scores:
        """Run the epochs after the last checkpoint; return the scores of what is held out."""
        epochs, done, began = self._recipe.epochs, checkpoints.last.epoch, time.monotonic()
        step, score = _step(self._model, self._optimizer, self._strategy), _scorer(self._model)
        held_out = np.flatnonzero(training_set.held_out)
        ng = training_set.of_held_out_images(training_set.ng[held_out].astype(np.bool_))
        for epoch in range(done + 1, epochs + 1):
            random = np.random.default_rng([seed, epoch])
            batches = training_set.epoch(self._recipe, random)
            loss = float(np.mean([step(batch) for batch in batches]))
            left = (time.monotonic() - began) / (epoch - done) * (epochs - epoch)
            scores = training_set.of_held_out_images(score(training_set.pixels, held_out))
            on_epoch(epoch, {"loss": loss, **_held_out_metrics(scores, ng)}, left)
            checkpoints.keep(self._checkpoint(epoch))
        averaging = averaged(self._model, views_of(self._recipe))
        judge = score if averaging is self._model else _scorer(averaging)
        return training_set.of_held_out_images(judge(training_set.pixels, held_out))

    def network(self) -> Network:
        tuned = {layer.name: layer.get_weights() for layer in self._learning}
        return tuned_network(self._recipe, tuned)

    def _checkpoint(self, epoch: int) -> Checkpoint:
        return Checkpoint(epoch, [np.array(variable.numpy()) for variable in self._state])


class _Head:
    """The probe as a layer, on features scaled as they were when it was fitted, so that one learning rate fits."""

    def __init__(self, features: Features, start: Probe) -> None:
        from keras import layers

        self._mean = features.mean(axis=0, dtype=np.float64)
        self._scale = feature_scale(features)
        self._layer = layers.Dense(1, name="head", dtype="float32")
        self._layer.build((None, self._mean.size))
        weight = np.divide(start.weight, self._scale, out=np.zeros_like(self._scale), where=self._scale > 0)
        self._layer.set_weights([weight[:, None], np.array([start.bias + self._mean @ start.weight])])

    def on(self, features: keras.KerasTensor) -> keras.KerasTensor:
        return self._layer((features - self._mean.astype(np.float32)) * self._scale.astype(np.float32))[:, 0]

    def probe(self) -> Probe:
        weight, bias = (variable.astype(np.float64) for variable in self._layer.get_weights())
        scaled = weight[:, 0] * self._scale
        return Probe(scaled, float(bias[0] - self._mean @ scaled))


def _unfreeze(body: keras.Model, learning: Sequence[keras.Layer]) -> None:
    for layer in layers_of(body):
        layer.trainable = False
    for layer in learning:
        layer.trainable = True


def _optimizer(
    model: keras.Model, learning_rate: float, steps: int, loss_scale: float | None
) -> keras.optimizers.Optimizer:
    """Adam, whose rate falls to nothing along a cosine."""
    import keras

    schedule = keras.optimizers.schedules.CosineDecay(
        learning_rate / 10, steps, warmup_target=learning_rate, warmup_steps=max(steps // 10, 1)
    )
    optimizer = keras.optimizers.Adam(schedule, loss_scale_factor=loss_scale)
    optimizer.build(model.trainable_variables)
    return optimizer


def _step(
    model: keras.Model, optimizer: keras.optimizers.Optimizer, strategy: tf.distribute.Strategy
) -> Callable[[Batch], float]:
    """One batch: the weighted loss before it, and a step. Each copy of the network takes a part of the batch."""
    import tensorflow as tf

    copies = strategy.num_replicas_in_sync

    def on_a_copy(pixels: tf.Tensor, ng: tf.Tensor, weight: tf.Tensor, share: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            losses = tf.nn.sigmoid_cross_entropy_with_logits(ng, model(pixels, training=False))
            loss = tf.reduce_mean(losses * weight) * share
            scaled = optimizer.scale_loss(loss)
        variables = model.trainable_variables
        optimizer.apply(tape.gradient(scaled, variables), variables)
        return loss

    @tf.function  # type: ignore[untyped-decorator]
    def step(pixels: tf.Tensor, ng: tf.Tensor, weight: tf.Tensor, share: tf.Tensor) -> tf.Tensor:
        losses = strategy.run(on_a_copy, (pixels, ng, weight, share))
        return strategy.reduce("SUM", losses, axis=None)

    def on_all(batch: Batch) -> float:
        parts = [np.array_split(values, copies) for values in batch]
        shares = [np.float32(len(part) / len(batch[0])) for part in parts[0]]
        given: list[Sequence[object]] = [*parts, shares]
        return float(step(*(_one_each(strategy, values) for values in given)))

    return on_all


def _one_each(strategy: tf.distribute.Strategy, values: Sequence[object]) -> tf.Tensor:
    """Return a value for each copy."""
    import tensorflow as tf

    return strategy.experimental_distribute_values_from_function(
        lambda context: tf.convert_to_tensor(values[context.replica_id_in_sync_group])
    )


def _scorer(model: keras.Model, size: int = 16) -> Callable[[NDArray[np.uint8], NDArray[np.int64]], Scores]:
    import tensorflow as tf

    graph = tf.function(lambda pixels: model(pixels, training=False))

    def scores(pixels: NDArray[np.uint8], rows: NDArray[np.int64]) -> Scores:
        batches = np.resize(rows, -(-len(rows) // size) * size).reshape(-1, size)
        logits = np.concatenate([graph(pixels[batch]).numpy() for batch in batches])[: len(rows)]
        return to_score(logits)

    return scores


def _held_out_metrics(scores: Scores, ng: NDArray[np.bool_]) -> dict[str, float]:
    right = np.clip(np.where(ng, scores, 1 - scores), 1e-7, 1)
    area = auroc(scores, ng)
    return {"held_out_loss": float(-np.log(right).mean())} | (
        {} if area is None else {"held_out_auroc": area}
    )
