"""Stories and questions by the grammar of tasks 1 to 3 of bAbI: who goes where, takes what and leaves it.

Task 1 asks for one supporting fact, "where is mary", task 2 for two, "where is the milk", and task 3 for three, "where
was the milk before the garden".
"""

import numpy as np

PEOPLE = ("mary", "john", "daniel", "sandra")
PLACES = ("bathroom", "bedroom", "garden", "hallway", "kitchen", "office")
THINGS = ("apple", "football", "milk")
GO = ("moved to", "went to", "went back to", "journeyed to", "travelled to")
TAKE = ("got", "grabbed", "took", "picked up")
LEAVE = ("dropped", "discarded", "put down", "left")
OTHERS = ("where", "is", "was", "the", "before", "there")
WORDS = sorted({*PEOPLE, *PLACES, *THINGS, *OTHERS, *" ".join(GO + TAKE + LEAVE).split()})


def make_stories(task, count, seed):
    """`count` of (sentences, question, answer), sentences and questions as lists of words; five questions a world."""
    rng = np.random.default_rng(seed)
    found = []
    while len(found) < count:
        found += tell(task, rng)
    return found[:count]


def tell(task, rng):
    """The questions of one world, each with the story up to it."""
    where = {}  # who or what -> the places where it has been, each once in a row
    holder = {}  # what -> who has it
    sentences, found = [], []
    pause = 2 if task == 1 else 0  # sentences until the next question
    for _ in range(200):
        if len(found) == 5:
            break
        sentences.append(act(task, rng, where, holder))
        if task == 1:
            pause -= 1
            if pause == 0:
                who = str(rng.choice([person for person in PEOPLE if person in where]))
                found.append((list(sentences), ["where", "is", who], where[who][-1]))
                pause = 2
        elif rng.random() < (0.25 if task == 2 else 0.15):
            known = [thing for thing in THINGS if len(where.get(thing, ())) >= task - 1]
            if known:
                thing = str(rng.choice(known))
                if task == 2:
                    found.append((list(sentences), ["where", "is", "the", thing], where[thing][-1]))
                else:
                    place = int(rng.integers(1, len(where[thing])))
                    while where[thing][place] in where[thing][place + 1 :]:  # "before" is before the last time there
                        place += 1
                    question = ["where", "was", "the", thing, "before", "the", where[thing][place]]
                    found.append((list(sentences), question, where[thing][place - 1]))
    return found


def act(task, rng, where, holder):
    """Lets somebody do something, and says it in words."""
    who = str(rng.choice(PEOPLE))
    here = where.get(who, [None])[-1]
    held = [thing for thing in THINGS if holder.get(thing) == who]
    free = [thing for thing in THINGS if thing not in holder and where.get(thing, [here])[-1] == here]
    deed = rng.random() if task > 1 and here else 1.0
    if deed < 0.3 and free:
        thing = str(rng.choice(free))
        holder[thing] = who
        where.setdefault(thing, [here])
        return [who, *str(rng.choice(TAKE)).split(), "the", thing, *(["there"] if rng.random() < 0.5 else [])]
    if deed < 0.5 and held:
        thing = str(rng.choice(held))
        del holder[thing]
        return [who, *str(rng.choice(LEAVE)).split(), "the", thing]
    place = str(rng.choice([place for place in PLACES if place != here]))
    for moved in (who, *held):
        where.setdefault(moved, []).append(place)
    return [who, *str(rng.choice(GO)).split(), "the", place]
