"""scikit-learn searches how wide a network shall be, how fast it shall learn, and how much it shall drop."""

import sys

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras.datasets import digits
from keras.layers import Dense, Dropout
from keras.models import Sequential
from keras.wrappers.scikit_learn import KerasClassifier
from scipy.stats import loguniform
from sklearn.model_selection import RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SHORT = "--short" in sys.argv
TRIES, FOLDS, EPOCHS, TRAIN = (2, 2, 4, 300) if SHORT else (16, 3, 12, 1433)

keras.utils.set_random_seed(1)
(x_train, y_train), (x_test, y_test) = digits.load_data()
x_train, x_test = x_train.reshape(-1, 64)[:TRAIN], x_test.reshape(-1, 64)
y_train = y_train[:TRAIN]


def build(units=32, layers=1, dropout=0.0, activation="relu"):
    """The network of one try; the search chooses these arguments."""
    model = Sequential()
    model.add(keras.Input(shape=(64,)))
    for _ in range(layers):
        model.add(Dense(units, activation=activation))
        model.add(Dropout(dropout))
    model.add(Dense(10, activation="softmax"))
    return model


network = KerasClassifier(
    build,
    units=32,
    layers=1,
    dropout=0.0,
    activation="relu",
    loss="sparse_categorical_crossentropy",
    optimizer="adam",
    optimizer__learning_rate=0.001,
    epochs=EPOCHS,
    batch_size=32,
    verbose=0,
    random_state=1,
)
pipeline = make_pipeline(StandardScaler(), network)
search = RandomizedSearchCV(
    pipeline,
    {
        "kerasclassifier__units": [8, 16, 32, 64] if SHORT else [8, 16, 32, 64, 128],
        "kerasclassifier__layers": [1, 2],
        "kerasclassifier__dropout": [0.0, 0.2, 0.4],
        "kerasclassifier__activation": ["relu", "tanh"],
        "kerasclassifier__optimizer__learning_rate": loguniform(3e-4, 3e-2),
    },
    n_iter=TRIES,
    cv=FOLDS,
    random_state=1,
)
search.fit(x_train, y_train)
results = search.cv_results_
for row in np.argsort(-results["mean_test_score"]):
    chosen = {name.rpartition("__")[2]: value for name, value in results["params"][row].items()}
    print(
        f"{results['mean_test_score'][row]:.4f}",
        ", ".join(
            f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in sorted(chosen.items())
        ),
    )
print(f"held-out accuracy of the worst in cross-validation: {results['mean_test_score'].min():.4f}")
print(f"held-out accuracy of the best in cross-validation: {search.best_score_:.4f}")
print(f"held-out accuracy: {search.score(x_test, y_test):.4f}")  # of the best, trained with all of x_train

# ------------------------------------------------------------------- the picture

rates = [params["kerasclassifier__optimizer__learning_rate"] for params in results["params"]]
units = [params["kerasclassifier__units"] for params in results["params"]]
drops = [params["kerasclassifier__dropout"] for params in results["params"]]
figure, axis = plt.subplots(figsize=(7, 4), layout="constrained")
points = axis.scatter(rates, results["mean_test_score"], s=[4 * count for count in units], c=drops, cmap="viridis")
figure.colorbar(points, label="dropout")
axis.set(xscale="log", xlabel="learning rate", ylabel="accuracy in cross-validation (area: units)")
axis.plot(rates[search.best_index_], search.best_score_, "r+", markersize=14, label="the best")
axis.legend(loc="lower right")
figure.savefig("hyperparameter_search.png", dpi=100)
