"""BaseLogger: means over an epoch's samples."""

import numpy as np
from keras_core.callbacks import BaseLogger, Callback, CallbackList


def test_means_are_weighted_by_the_sizes_of_batches_and_stateful_metrics_are_not():
    logger = BaseLogger(stateful_metrics=["auc"])
    listed = CallbackList([logger])
    for epoch in range(2):  # the second epoch knows nothing of the first
        listed.on_epoch_begin(epoch)
        listed.on_batch_end(0, {"loss": 1.0 + epoch, "auc": 0.2, "batch": 0, "size": 30})
        listed.on_batch_end(1, {"loss": 4.0 + epoch, "auc": 0.6, "batch": 1, "size": 10})
        logs = {}
        logger.on_epoch_end(epoch, logs)
        assert logs == {"loss": 1.75 + epoch, "auc": 0.6}


def test_in_the_middle_of_an_epoch_it_goes_on_from_its_state():
    first, second = BaseLogger(), BaseLogger()
    first.on_batch_end(0, {"loss": 1.0, "size": 1})
    second.set_state(first.get_state())
    logs = {}
    for logger in (first, second):
        logger.on_batch_end(1, {"loss": 2.0, "size": 3})
        logger.on_epoch_end(0, logs)
        assert logs.pop("loss") == 1.75


def test_in_fit_it_changes_nothing(compiled, needs_train):
    class Keep(Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.logs = dict(logs)

    keep, x = Keep(), np.eye(3, dtype="float32")
    history = compiled().fit(x, x[:, :1], batch_size=2, callbacks=[BaseLogger(), keep], verbose=0)
    assert keep.logs == {"loss": history.history["loss"][0]}
