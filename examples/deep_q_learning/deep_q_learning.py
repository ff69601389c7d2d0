"""A network learns by trying to walk through a grid world: deep Q-learning, the Keras 2 way.

V. Mnih et al., Human-level control through deep reinforcement learning, 2015 (Nature 518). What it learns is compared
with the values of the best walks, which dynamic programming finds.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np
from keras.layers import Activation, Dense
from keras.models import Sequential, clone_model
from keras.optimizers import Adam
from keras.utils import set_random_seed

SHORT = "--short" in sys.argv
GRID = (
    ("..X", ".#.", "..G")
    if SHORT
    else (
        "........",
        ".####.X.",
        ".#....#.",
        ".#.X#.#.",
        "...#..#G",
        ".#.##.##",
        ".#......",
        "...X.#..",
    )
)  # "#" is a wall, "X" a pit, "G" the goal
ROUNDS, WALKERS, UNITS = (250, 8, 32) if SHORT else (1500, 16, 96)
MOVES = ((-1, 0), (1, 0), (0, -1), (0, 1))
ARROWS = "↑↓←→"
DISCOUNT, BATCH, LONGEST = 0.95, 64, 60

set_random_seed(1)
rng = np.random.default_rng(1)
cells = [(row, column) for row, line in enumerate(GRID) for column, sign in enumerate(line) if sign != "#"]
number = {cell: index for index, cell in enumerate(cells)}
ends = np.array([GRID[row][column] in "XG" for row, column in cells])
free = np.flatnonzero(~ends)
after = np.array(
    [[number.get((row + down, column + right), number[row, column]) for down, right in MOVES] for row, column in cells]
)
reward = np.array([{"X": -1.0, "G": 1.0}.get(GRID[row][column], -0.02) for row, column in cells])
seen = np.eye(len(cells), dtype="float32")  # what the network is given: where it is

best = np.zeros((len(cells), len(MOVES)))
for _ in range(200):
    best = reward[after] + DISCOUNT * np.where(ends[after], 0, best.max(axis=1)[after])

model = Sequential()
model.add(Dense(UNITS, activation="relu", input_shape=(len(cells),)))
model.add(Dense(UNITS))
model.add(Activation("relu"))
model.add(Dense(len(MOVES)))
model.compile(optimizer=Adam(lr=0.002), loss="mse")
target = clone_model(model)  # an older copy says what the next place is worth
target.set_weights(model.get_weights())

memory = []
place, walked = rng.choice(free, WALKERS), np.zeros(WALKERS, int)
losses, errors = [], []
for turn in range(ROUNDS):
    # Walkers move by what the network says, or anywhere: less and less.
    moves = model.predict_on_batch(seen[place]).argmax(axis=1)
    anywhere = rng.random(WALKERS) < max(0.1, 1 - 1.5 * turn / ROUNDS)
    moves = np.where(anywhere, rng.integers(0, len(MOVES), WALKERS), moves)
    reached = after[place, moves]
    memory.extend(zip(place, moves, reached))
    walked += 1
    again = ends[reached] | (walked >= LONGEST)
    place = np.where(again, rng.choice(free, WALKERS), reached)
    walked[again] = 0
    # The network learns from steps of any time before.
    old, move, new = np.array([memory[row] for row in rng.integers(0, len(memory), BATCH)]).T
    wanted = model.predict_on_batch(seen[old])
    worth = target.predict_on_batch(seen[new]).max(axis=1)
    wanted[np.arange(BATCH), move] = reward[new] + DISCOUNT * np.where(ends[new], 0, worth)
    losses.append(model.train_on_batch(seen[old], wanted))
    if turn % 25 == 24:
        target.set_weights(model.get_weights())
        values = model.predict_on_batch(seen[free])
        errors.append(np.abs(values - best[free]).mean())


def steps(start, values):
    """How many steps it takes to the goal by the best of these values; None where it does not get there."""
    for count in range(LONGEST):
        if ends[start]:
            return count if reward[start] > 0 else None
        start = after[start, values[start].argmax()]
    return None


values = model.predict(seen, verbose=0)
print(f"mean error of the values: {errors[-1]:.4f}")
print(
    f"share of places from where it gets to the goal: {np.mean([steps(cell, values) is not None for cell in free]):.4f}"
)
same = [steps(cell, values) == steps(cell, best) for cell in free]
print(f"share of places from where it takes the shortest way: {np.mean(same):.4f}")

# ------------------------------------------------------------------- the picture

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained", width_ratios=(1.2, 1))
left.plot(np.arange(1, len(errors) + 1) * 25, errors)
left.set(xlabel="steps of training", ylabel="mean error of the values", ylim=(0, None))
picture = np.full((len(GRID), len(GRID[0])), np.nan)
for cell, (row, column) in enumerate(cells):
    picture[row, column] = reward[cell] if ends[cell] else values[cell].max()
    sign = GRID[row][column]
    right.text(column, row, ARROWS[values[cell].argmax()] if sign == "." else sign, ha="center", va="center")
right.imshow(picture, cmap="RdYlGn", vmin=-1, vmax=1)
right.set_facecolor("black")
right.set(title="what each place is worth, and where it goes", xticks=[], yticks=[])
figure.savefig("deep_q_learning.png", dpi=100)
