"""The base class of callbacks."""

from keras_core.callbacks import (
    Callback,
    CallbackList,
)


def test_hooks_of_keras_2_stand_for_those_of_training_batches():
    class Old(Callback):
        seen = ()

        def on_batch_begin(self, batch, logs=None):
            self.seen += (("begin", batch),)

        def on_batch_end(self, batch, logs=None):
            self.seen += (("end", batch, logs["loss"]),)

    old = Old()
    listed = CallbackList([old])
    assert listed.wants_batches("train")
    assert not listed.wants_batches("test")
    listed.on_train_batch_begin(3)
    listed.on_train_batch_end(3, {"loss": 1.0})
    assert old.seen == (("begin", 3), ("end", 3, 1.0))


def test_it_knows_its_model_and_parameters():
    callback = Callback()
    assert callback.model is None and callback.params is None
    callback.set_model("model")
    callback.set_params({"epochs": 2})
    assert (callback.model, callback.params) == ("model", {"epochs": 2})


def test_batch_hooks_of_keras_2_are_not_those_of_tests_and_predictions():
    seen = []

    class Old(Callback):
        def on_batch_end(self, batch, logs=None):
            seen.append(batch)

    old = Old()
    old.on_test_batch_end(1)
    old.on_predict_batch_end(2)
    assert seen == []
    old.on_train_batch_end(3)
    assert seen == [3]
