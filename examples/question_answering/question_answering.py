"""An end-to-end memory network that answers questions about short stories.

S. Sukhbaatar, A. Szlam, J. Weston, R. Fergus, End-To-End Memory Networks, 2015 (arXiv:1503.08895), on stories like
those of tasks 1 to 3 of J. Weston et al., Towards AI-Complete Question Answering, 2015 (arXiv:1502.05698), which
`stories.py` makes.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np
from keras import backend as K
from keras.callbacks import LambdaCallback, LearningRateScheduler
from keras.initializers import RandomNormal
from keras.layers import Activation, Dense, Dot, Input, Lambda, Layer, add
from keras.models import Model
from keras.optimizers import Adam
from keras.utils import set_random_seed
from stories import WORDS, make_stories

SHORT = "--short" in sys.argv
TASKS = (1,) if SHORT else (1, 2, 3)
EPOCHS, LINEAR = (8, 3) if SHORT else (45, 15)
TRAIN = 2000 if SHORT else 10000
HOPS, UNITS = 3, 32

NUMBERS = {word: number for number, word in enumerate(WORDS, start=1)}  # 0 is for places without a word


def as_numbers(stories, memory, longest):
    """Arrays of stories, the newest sentence first, of questions and of answers."""
    x, q = np.zeros((len(stories), memory, longest), "int32"), np.zeros((len(stories), longest), "int32")
    for row, (sentences, question, _) in enumerate(stories):
        for place, sentence in enumerate(sentences[::-1][:memory]):
            x[row, place, : len(sentence)] = [NUMBERS[word] for word in sentence]
        q[row, : len(question)] = [NUMBERS[word] for word in question]
    return [x, q], np.array([NUMBERS[answer] for _, _, answer in stories])


class Sentences(Layer):
    """Vectors of sentences: their words' vectors weighted by place, and what says how long ago a sentence was."""

    def __init__(self, units, aged=True, **kwargs):
        super().__init__(**kwargs)
        self.units, self.aged = units, aged

    def build(self, input_shape):
        draw = RandomNormal(stddev=0.1)
        self.words = self.add_weight(name="words", shape=(len(WORDS) + 1, self.units), initializer=draw)
        if self.aged:
            self.ages = self.add_weight(name="ages", shape=(input_shape[1], self.units), initializer=draw)
        places = (np.arange(input_shape[-1])[:, None] + 1) / input_shape[-1]
        self.weights_of_places = (1 - places) - (np.arange(self.units) + 1) / self.units * (1 - 2 * places)
        super().build(input_shape)

    def call(self, x):
        there = K.expand_dims(K.cast(K.not_equal(x, 0), K.floatx()))
        sums = K.sum(K.gather(self.words, x) * there * self.weights_of_places, axis=-2)
        return sums + self.ages if self.aged else sums

    def compute_output_shape(self, input_shape):
        return input_shape[:-1] + (self.units,)


def memory_network(memory, longest):
    """The model, and one that shows where it looks."""
    story, question = Input((memory, longest), dtype="int32"), Input((longest,), dtype="int32")
    empty = Lambda(lambda x: K.cast(K.equal(x[:, :, 0], 0), K.floatx()))(story)
    # What a hop looks up are the vectors that the next one searches: "adjacent" tying.
    memories = [Sentences(UNITS)(story) for _ in range(HOPS + 1)]
    state = Sentences(UNITS, aged=False)(question)
    looks = []
    for hop in range(HOPS):
        scores = Dot(axes=(2, 1))([memories[hop], state])
        softmax = Activation("softmax")(Lambda(lambda pair: pair[0] - 1e9 * pair[1])([scores, empty]))
        look = Lambda(lambda both: linear * both[0] * (1 - both[2]) + (1 - linear) * both[1])([scores, softmax, empty])
        state = add([state, Dot(axes=(1, 1))([look, memories[hop + 1]])])
        looks.append(look)
    answer = Dense(len(WORDS) + 1, activation="softmax", use_bias=False)(state)
    return Model([story, question], answer), Model([story, question], looks)


set_random_seed(1)
linear = K.variable(1.0)  # while it is 1, attention is without its softmax (4.2: linear start)
figure, axes = plt.subplots(1, len(TASKS), figsize=(4.5 * len(TASKS), 4), layout="constrained", squeeze=False)
for task, axis in zip(TASKS, axes[0]):
    train, test = make_stories(task, TRAIN, seed=task), make_stories(task, 1000, seed=100 + task)
    memory = min(50, max(len(sentences) for sentences, _, _ in train))
    longest = max(len(words) for sentences, question, _ in train for words in (*sentences, question))
    (x_train, y_train), (x_test, y_test) = as_numbers(train, memory, longest), as_numbers(test, memory, longest)

    model, looks = memory_network(memory, longest)
    model.compile(Adam(lr=0.005, clipnorm=40.0), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(
        x_train,
        y_train,
        batch_size=32,
        epochs=EPOCHS,
        validation_split=0.1,
        callbacks=[
            LearningRateScheduler(lambda epoch: 0.005 * 0.5 ** (epoch // 12)),
            LambdaCallback(on_epoch_begin=lambda epoch, logs: K.set_value(linear, float(epoch < LINEAR))),
        ],
        verbose=2,
    )
    print(f"held-out accuracy on task {task}: {model.evaluate(x_test, y_test, verbose=0)[1]:.4f}")

    sentences, question, answer = test[4]  # a picture of where the three hops look in one story
    shown = np.stack(looks.predict([part[4:5] for part in x_test], verbose=0))[:, 0, : len(sentences)].T
    axis.imshow(shown[:12], cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axis.set_yticks(range(len(shown[:12])), [" ".join(sentence) for sentence in sentences[::-1][:12]], fontsize=8)
    axis.set_xticks(range(HOPS), [f"hop {hop + 1}" for hop in range(HOPS)])
    axis.set_title(f"{' '.join(question)}? {answer}", fontsize=9)
figure.savefig("question_answering.png", dpi=100)
