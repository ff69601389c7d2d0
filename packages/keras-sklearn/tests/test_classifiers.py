"""Covers: _estimator.py, classifiers.py."""

import pickle
import warnings

import keras_layers as layers
import numpy as np
import pytest
from keras_core import Model, Sequential, losses
from keras_core.callbacks import EarlyStopping
from keras_core.layers import Input
from keras_optimizers import SGD, Adam
from keras_sklearn import KerasClassifier, SKLearnClassifier
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

pytestmark = pytest.mark.usefixtures("needs_train")
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(60, 4)).astype("float32")
WORDS = np.array(["low", "middle", "top"])[np.digitize(X[:, 0] + X[:, 1], [-0.5, 0.5])]


def make(meta, hidden=8, rate=0.1):
    units = [layers.Dense(hidden, "tanh"), layers.Dense(meta["n_classes_"], "softmax")]
    model = Sequential([Input((meta["n_features_in_"],)), *units])
    model.compile(Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def test_labels_in_and_out():
    classifier = KerasClassifier(make, epochs=40, verbose=0, random_state=0)
    assert classifier.fit(X, WORDS) is classifier
    assert classifier.classes_.tolist() == ["low", "middle", "top"]
    assert classifier.predict(X).dtype == WORDS.dtype and classifier.score(X, WORDS) > 0.9
    probabilities = classifier.predict_proba(X)
    assert probabilities.shape == (60, 3)
    np.testing.assert_allclose(probabilities, classifier.model_.predict(X, verbose=0))
    np.testing.assert_array_equal(classifier.classes_[probabilities.argmax(axis=1)], classifier.predict(X))
    assert classifier.history_["loss"][-1] < classifier.history_["loss"][0]
    assert classifier.n_iter_ == len(classifier.history_["accuracy"]) == 40


@pytest.mark.parametrize(
    ("units", "activation", "loss"),
    [
        (1, "sigmoid", "binary_crossentropy"),
        (2, "softmax", "categorical_crossentropy"),
        (2, "softmax", losses.SparseCategoricalCrossentropy()),
        (1, None, losses.BinaryCrossentropy(from_logits=True)),
        (2, None, losses.CategoricalCrossentropy(from_logits=True)),
    ],
    ids=["sigmoid", "softmax", "sparse", "logit", "logits"],
)
def test_two_classes_as_the_loss_takes_them(units, activation, loss):
    def build():
        model = Sequential([Input((4,)), layers.Dense(units, activation)])
        model.compile(Adam(0.2), loss)
        return model

    y = np.where(X[:, 0] > 0, "yes", "no")
    classifier = KerasClassifier(build, epochs=25, verbose=0, random_state=1).fit(X, y)
    probabilities = classifier.predict_proba(X)
    assert probabilities.shape == (60, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert classifier.score(X, y) > 0.9
    np.testing.assert_array_equal(classifier.predict(X) == "yes", probabilities[:, 1] > 0.5)


@pytest.mark.parametrize("units", [1, 2, 3])
def test_a_model_that_is_not_compiled(units):
    def build():
        return Sequential([layers.Dense(units, "sigmoid" if units == 1 else "softmax")])

    y = (X[:, 0] > 0).astype(int) if units < 3 else WORDS
    classifier = KerasClassifier(
        build,
        epochs=30,
        optimizer="adam",
        optimizer__learning_rate=0.2,
        metrics=["accuracy"],
        verbose=0,
        random_state=0,
    ).fit(X, y)
    assert classifier.score(X, y) > 0.75
    np.testing.assert_allclose(float(classifier.model_.optimizer.learning_rate), 0.2, rtol=1e-6)
    assert "accuracy" in classifier.history_


class Remembers:
    """A function that makes a model and remembers what it was given."""

    def __init__(self):
        self.given = []

    def __call__(self, meta, X, y, compile_kwargs, epochs, hidden=1, rate=0.5):
        self.given.append((meta, X.shape, y[0], sorted(compile_kwargs), epochs, hidden, rate))
        return make(meta)


def test_arguments_go_where_they_are_named():
    function = Remembers()
    classifier = KerasClassifier(
        function,
        hidden=3,
        model__rate=0.25,
        batch_size=30,
        fit__initial_epoch=1,
        epochs=3,
        verbose=0,
        steps_per_epoch=1,
    ).fit(X, WORDS)
    ((meta, shape, first, compile_kwargs, epochs, hidden, rate),) = function.given
    assert (shape, first, epochs, hidden, rate) == ((60, 4), WORDS[0], 3, 3, 0.25)
    assert compile_kwargs == ["loss", "metrics", "optimizer"]
    assert meta["n_classes_"] == 3 and meta["X_shape_"] == (60, 4) and meta["target_type_"] == "multiclass"
    assert classifier.history_["loss"].__len__() == 2
    assert int(classifier.model_.optimizer.iterations) == 2


def test_parameters():
    classifier = KerasClassifier(make, hidden=3, fit__shuffle=False)
    assert classifier.get_params()["hidden"] == 3
    copy = clone(classifier).set_params(hidden=5, rate=0.3, epochs=2, optimizer__learning_rate=1.0)
    assert copy.get_params()["hidden"] == 5 and copy.rate == 0.3 and copy.fit__shuffle is False
    with pytest.raises(ValueError, match=r"KerasClassifier has no parameter 'hiden'.*\(hidden, meta, rate\)"):
        copy.set_params(hiden=3)
    with pytest.raises(ValueError, match="has no parameter 'hiden'"):
        KerasClassifier(make, hiden=3).fit(X, WORDS)


def test_keras_2s_habits():
    def build_fn(hidden=2):
        model = Sequential([layers.Dense(hidden, input_dim=4), layers.Dense(1, activation="sigmoid")])
        model.compile(loss="binary_crossentropy", optimizer="adam", metrics=["accuracy"])
        return model

    y = (X[:, 0] > 0).astype(int)
    classifier = KerasClassifier(build_fn=build_fn, hidden=4, nb_epoch=2, batch_size=20, verbose=0)
    classifier.fit(X, y, validation_data=(X, y))
    assert len(classifier.history_["val_accuracy"]) == 2
    assert classifier.predict(X).shape == (60,)

    class Own(KerasClassifier):
        def __call__(self, hidden=2):
            return build_fn(hidden)

    assert Own(epochs=1, hidden=3, verbose=0).fit(X, y).model_.layers[0].units == 3


def test_calls_and_helpers_as_keras_2_has_them():
    classifier = KerasClassifier(build_fn=make, hidden=4, epochs=2, verbose=0, random_state=0)
    assert classifier.fit(x=X, y=WORDS, epochs=3).n_iter_ == 3
    np.testing.assert_array_equal(classifier.predict(x=X, batch_size=7), classifier.predict(X))
    np.testing.assert_allclose(classifier.predict_proba(x=X), classifier.predict_proba(X))
    assert classifier.score(x=X, y=WORDS, batch_size=60) == np.mean(classifier.predict(X) == WORDS)
    assert classifier.filter_sk_params(make) == {"hidden": 4}
    assert classifier.filter_sk_params(Model.fit, {"epochs": 9})["epochs"] == 9
    classifier.check_params({"hidden": 8, "epochs": 1})
    with pytest.raises(ValueError, match="KerasClassifier has no parameter 'width'"):
        classifier.check_params({"width": 8})


def test_a_model_is_copied_with_new_weights():
    model = make({"n_features_in_": 4, "n_classes_": 3})
    model.fit(X, np.unique(WORDS, return_inverse=True)[1], verbose=0)
    before = [w.copy() for w in model.get_weights()]
    first = KerasClassifier(model, epochs=0, verbose=0, random_state=1).fit(X, WORDS)
    again = KerasClassifier(model, epochs=0, verbose=0, random_state=1).fit(X, WORDS)
    other = KerasClassifier(model, epochs=0, verbose=0, random_state=2).fit(X, WORDS)
    for old, now in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, now)
    kernels = [classifier.model_.get_weights()[0] for classifier in (first, again, other)]
    np.testing.assert_array_equal(kernels[0], kernels[1])
    assert (kernels[0] != kernels[2]).any() and (kernels[0] != before[0]).any()
    assert int(first.model_.optimizer.iterations) == 0 and int(model.optimizer.iterations) > 0


def test_the_random_state_of_others_is_left_alone():
    np.random.seed(0)
    expected = np.random.rand(2)
    np.random.seed(0)
    assert np.random.rand() == expected[0]
    KerasClassifier(make, verbose=0, random_state=np.random.RandomState(3)).fit(X, WORDS)
    assert np.random.rand() == expected[1]


def test_warm_start_goes_on():
    classifier = KerasClassifier(make, epochs=3, verbose=0, warm_start=True, random_state=0).fit(X, WORDS)
    model = classifier.model_
    classifier.fit(X[:30], np.full(30, "low"))
    assert classifier.model_ is model and classifier.n_iter_ == 6
    assert classifier.classes_.tolist() == ["low", "middle", "top"]
    with pytest.raises(ValueError, match="labels that were not there"):
        classifier.fit(X, np.full(60, "new"))


def test_early_stopping_on_a_split():
    stop = EarlyStopping(patience=1, min_delta=100.0)
    classifier = KerasClassifier(make, epochs=20, validation_split=0.25, callbacks=[stop], verbose=0).fit(X, WORDS)
    assert len(classifier.history_["val_loss"]) == 2
    assert not hasattr(stop, "stopped_epoch") or not stop.stopped_epoch
    assert clone(classifier).fit(X, WORDS).n_iter_ == 2


def test_weights_count_by_their_ratios():
    y = (X[:, 0] > 0).astype(int)
    settings = {"model": make, "epochs": 3, "verbose": 0, "random_state": 0, "batch_size": 60}
    weights = np.where(y == 1, 3.0, 1.0)
    by_sample = KerasClassifier(**settings).fit(X, y, sample_weight=10 * weights).predict_proba(X)
    by_class = KerasClassifier(**settings, class_weight={0: 1, 1: 3}).fit(X, y).predict_proba(X)
    none = KerasClassifier(**settings).fit(X, y).predict_proba(X)
    np.testing.assert_allclose(by_sample, by_class, rtol=1e-4)
    assert np.mean(by_sample[:, 1]) > np.mean(none[:, 1])
    balanced = KerasClassifier(**settings, class_weight="balanced").fit(X, y).predict_proba(X)
    counts = np.bincount(y)
    expected = KerasClassifier(**settings).fit(X, y, sample_weight=1 / counts[y]).predict_proba(X)
    np.testing.assert_allclose(balanced, expected, rtol=1e-4)
    with pytest.raises(ValueError, match=r"weights of samples are zero|at least one non-zero"):
        KerasClassifier(**settings).fit(X, y, sample_weight=np.zeros(60))


def test_several_labels():
    def build(meta):
        model = Sequential([Input((4,)), layers.Dense(meta["n_classes_"], "sigmoid")])
        model.compile(Adam(0.2), "binary_crossentropy")
        return model

    y = (X[:, :2] > 0).astype(int)
    classifier = KerasClassifier(build, epochs=30, verbose=0, random_state=0).fit(X, y)
    assert classifier.predict_proba(X).shape == classifier.predict(X).shape == (60, 2)
    assert classifier.score(X, y) > 0.8


def test_several_outputs():
    def build(meta):
        inputs = Input((4,))
        outputs = [layers.Dense(count, "softmax")(inputs) for count in meta["n_classes_"]]
        model = Model(inputs, outputs)
        model.compile(Adam(0.2), ["sparse_categorical_crossentropy", "categorical_crossentropy"])
        return model

    y = np.stack([np.unique(WORDS, return_inverse=True)[1], 5 * (X[:, 2] > 0)], axis=1)
    classifier = KerasClassifier(build, epochs=40, verbose=0, random_state=0).fit(X, y)
    assert [labels.tolist() for labels in classifier.classes_] == [[0, 1, 2], [0, 5]]
    assert [p.shape for p in classifier.predict_proba(X)] == [(60, 3), (60, 2)]
    assert (classifier.predict(X) == y).mean() > 0.85


def test_pipelines_searches_and_pickles():
    pipeline = make_pipeline(StandardScaler(), KerasClassifier(make, epochs=20, hidden=2, verbose=0, random_state=0))
    search = GridSearchCV(
        pipeline, {"kerasclassifier__hidden": [1, 8], "kerasclassifier__rate": [0.1]}, cv=2, error_score="raise"
    ).fit(100 * X, WORDS)
    assert sorted(search.cv_results_["param_kerasclassifier__hidden"]) == [1, 8] and search.best_score_ > 0.6
    best = search.best_estimator_[-1]
    assert best.model_.layers[0].units == best.hidden == search.best_params_["kerasclassifier__hidden"]
    again = pickle.loads(pickle.dumps(search.best_estimator_))
    np.testing.assert_allclose(again.predict_proba(100 * X), search.predict_proba(100 * X), rtol=1e-5)


def test_data_that_does_not_fit():
    with pytest.raises(ValueError, match=r"has no model\. Give it `model`.* got None"):
        KerasClassifier().fit(X, WORDS)
    with pytest.raises(TypeError, match="got a int from the function"):
        KerasClassifier(lambda: 3).fit(X, WORDS)

    def two():
        return Sequential([layers.Dense(2, "softmax")])

    with pytest.raises(ValueError, match=r"output has 2 numbers, and there are 3 classes: \['low', 'middle', 'top'\]"):
        KerasClassifier(two, verbose=0).fit(X, WORDS)


def upstream(X, y, hidden=8):
    units = [layers.Dense(hidden, "tanh"), layers.Dense(y.shape[1], "softmax")]
    model = Sequential([Input(X.shape[1:]), *units])
    model.compile(Adam(0.1), "categorical_crossentropy")
    return model


def test_keras_3s_classifier():
    classifier = SKLearnClassifier(upstream, model_kwargs={"hidden": 6}, fit_kwargs={"epochs": 40, "verbose": 0})
    classifier.fit(X, WORDS)
    assert classifier.model_.layers[0].units == 6
    assert classifier.score(X, WORDS) > 0.85 and len(classifier.history_.history["loss"]) == 40
    search = GridSearchCV(classifier, {"model_kwargs": [{"hidden": 2}], "fit_kwargs": [{"verbose": 0}]}, cv=2)
    assert search.fit(X, WORDS).best_params_["model_kwargs"] == {"hidden": 2}


def test_keras_3s_models_are_compiled():
    with pytest.raises(RuntimeError, match=r"needs a model that is compiled.*compile\(\)"):
        SKLearnClassifier(Sequential([Input((4,)), layers.Dense(3, "softmax")])).fit(X, WORDS)
    with pytest.raises(TypeError, match="needs a model, or a function of X and y that returns one; got 3"):
        SKLearnClassifier(3).fit(X, WORDS)


def test_nothing_is_printed_or_warned(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        KerasClassifier(make, verbose=0).fit(X, WORDS).predict(X)
    assert capsys.readouterr().out == ""


def test_an_optimizer_is_not_shared():
    optimizer = SGD(0.05)
    settings = {"model": lambda: Sequential([layers.Dense(3, "softmax")]), "optimizer": optimizer, "verbose": 0}
    first, second = (KerasClassifier(**settings).fit(X, WORDS).model_.optimizer for _ in range(2))
    assert first is not second and first is not optimizer
    np.testing.assert_allclose(float(first.learning_rate), 0.05, rtol=1e-6)
