"""The record that fit returns."""


def test_history(run, model):
    history = run([], [{"loss": 3.0, "accuracy": 0.1, "val_acc": 0.2}, {"loss": 2.0, "accuracy": 0.3}])
    assert history.epoch == [0, 1]
    assert history.history == {"loss": [3.0, 2.0], "accuracy": [0.1, 0.3], "val_acc": [0.2]}
    assert history.history["acc"] == [0.1, 0.3]
    assert history.history["val_accuracy"] == [0.2]
    assert model.history is history
