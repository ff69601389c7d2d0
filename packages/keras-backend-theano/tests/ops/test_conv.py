"""Convolution and pooling of symbolic values."""

import numpy as np

IMAGE = np.random.default_rng(2).normal(size=(2, 7, 6, 4)).astype("float32")
KERNEL = np.random.default_rng(3).normal(size=(3, 2, 4, 5)).astype("float32")
GROUPED = np.random.default_rng(3).normal(size=(3, 2, 2, 6)).astype("float32")
BACK = np.random.default_rng(4).normal(size=(3, 2, 5, 4)).astype("float32")
CASES = [
    *(("conv", IMAGE, KERNEL, s, p, "channels_last", d)
      for s, p, d in ((1, "valid", 1), (2, "same", 1), ((1, 2), "valid", 1), (1, "same", 2))),
    ("conv", IMAGE, GROUPED, 1, "same", "channels_last"),
    ("conv", np.moveaxis(IMAGE, -1, 1).copy(), KERNEL, 2, "same", "channels_first"),
    ("conv", IMAGE[:, 0], KERNEL[0], 2, "valid", "channels_last"),
    ("depthwise_conv", IMAGE, KERNEL[..., :2].copy(), 1, "same", "channels_last"),
    *(("conv_transpose", IMAGE, BACK, s, p, o, "channels_last", d)
      for s, p, o, d in ((1, "valid", None, 1), (2, "same", None, 1), ((3, 2), "valid", None, 1),
                         (2, "same", 1, 1), (2, "valid", (1, 0), 1), (1, "same", None, 2), (4, "same", None, 1))),
    *((n, IMAGE, 2, s, p, "channels_last")
      for n in ("max_pool", "average_pool") for s, p in ((None, "valid"), (1, "same"), (3, "same"))),
    ("max_pool", IMAGE, (3, 2), 2, "same", "channels_first"),
    ("resize", IMAGE, (4, 9)),
]  # fmt: skip
DYNAMIC = {"conv_transpose", "conv", "max_pool", "average_pool", "resize"}


def test_same_as_on_arrays(case, check):
    check(case)


def test_first_axis_unknown(dynamic_case, check):
    check(dynamic_case, batch_unknown=True)
