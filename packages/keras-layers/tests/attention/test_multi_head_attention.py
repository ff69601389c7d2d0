"""MultiHeadAttention, and what it shares with GroupedQueryAttention.

Covers: base_projected_attention.py
"""

import numpy as np
import pytest
from keras_conformance import Case, LayerContract
from keras_core import Input, Layer, Model, config, ops
from keras_layers import Dense, Embedding, GlobalAveragePooling1D, GroupedQueryAttention, MultiHeadAttention

RNG = np.random.default_rng(2)
VALUE, KEY = (RNG.normal(size=(2, 5, 4)).astype("float32") for _ in range(2))
VALUE_MASK = np.array([[1, 1, 1, 0, 0], [1, 0, 1, 0, 1]], bool)
ALLOWED = RNG.random((2, 3, 5)) < 0.6
ALLOWED[..., 0] = True


def attended(query, value, key, weights, bias=True, gate=False, masks=(), causal=False, window=None):
    """The layer in NumPy for inputs (batch, length, features); also the weights of the averages."""
    step = 2 if bias else 1
    names = ["query", "key", *(["gate"] if gate else []), "value", "output"]
    of = {name: weights[step * k : step * k + step] for k, name in enumerate(names)}

    def project(x, name):
        found = np.einsum("btf,fhd->bthd", x, of[name][0])
        return found + of[name][1] if bias else found

    q, k, v = project(query, "query"), project(key, "key"), project(value, "value")
    groups = q.shape[2] // k.shape[2]
    k, v = np.repeat(k, groups, 2), np.repeat(v, groups, 2)
    scores = np.einsum("bthd,bshd->bhts", q, k) / np.sqrt(q.shape[-1])
    rows, columns = np.arange(query.shape[1])[:, None], np.arange(value.shape[1])
    allowed = np.ones(scores.shape, bool)
    for mask in masks:
        allowed &= mask
    if causal:
        allowed &= rows >= columns
    if window:
        allowed &= abs(rows - columns) < window
    scores = np.where(allowed, scores, -1e30)
    e = np.exp(scores - scores.max(-1, keepdims=True))
    shares = e / e.sum(-1, keepdims=True)
    result = np.einsum("bhts,bshd->bthd", shares, v)
    if gate:
        result = result / (1 + np.exp(-project(query, "gate")))
    outputs = np.tensordot(result, of["output"][0], 2)
    return outputs + of["output"][1] if bias else outputs, shares


def options(arguments):
    """What of a layer's and a call's arguments `attended` takes."""
    masks = [arguments[name][:, None, None] for name in ("value_mask", "key_mask") if name in arguments]
    if "attention_mask" in arguments:
        masks.append(arguments["attention_mask"][:, None])
    return {
        "bias": arguments.get("use_bias", True),
        "gate": arguments.get("use_gate", False),
        "masks": masks,
        "causal": arguments.get("use_causal_mask", False),
        "window": arguments.get("sliding_window"),
    }


class TestMultiHeadAttention(LayerContract):
    layer = MultiHeadAttention
    cases = [
        Case((2, 3, 6), {"num_heads": 2, "key_dim": 3}, {"value": VALUE}),
        Case((2, 3, 6), {"num_heads": 2, "key_dim": 3, "value_dim": 2, "use_bias": False}, {"value": VALUE}),
        Case((2, 3, 6), {"num_heads": 1, "key_dim": 3, "use_gate": True}, {"value": VALUE, "key": KEY}),
        Case((2, 3, 6), {"num_heads": 2, "key_dim": 2, "output_shape": 5}, {"value": VALUE, "value_mask": VALUE_MASK}),
        Case((2, 3, 6), {"num_heads": 2, "key_dim": 2, "output_shape": (2, 3)}, {"value": VALUE}),
        Case((2, 3, 6), {"num_heads": 2, "key_dim": 3}, {"value": VALUE, "attention_mask": ALLOWED}),
        Case((2, 3, 6), {"num_heads": 2, "key_dim": 3}, {"value": VALUE, "use_causal_mask": True}),
        Case(
            (2, 3, 6),
            {"num_heads": 2, "key_dim": 3, "sliding_window": 2},
            {"value": VALUE, "key_mask": VALUE_MASK | np.array([1, 1, 1, 0, 0], bool), "return_attention_scores": True},
        ),
        Case((2, 3, 6), {"num_heads": 2, "key_dim": 3, "dropout": 0.5}, {"value": VALUE, "use_causal_mask": True}),
    ]

    def reference(self, inputs, weights, value, key=None, return_attention_scores=False, **arguments):
        found = attended(inputs, value, value if key is None else key, weights, **options(arguments))
        return list(found) if return_attention_scores else found[0]


def built(*shapes, **arguments):
    layer = MultiHeadAttention(**arguments)
    layer.build(*shapes)
    rng = np.random.default_rng(5)
    layer.set_weights([rng.normal(size=w.shape) for w in layer.weights])
    return layer


def test_weights_have_the_names_and_shapes_of_keras_files():
    layer = built((None, 3, 6), (None, 5, 4), num_heads=2, key_dim=3, value_dim=7, use_gate=True, name="mha")
    assert [(w.path, w.shape) for w in layer.weights] == [
        ("mha/query/kernel", (6, 2, 3)),
        ("mha/query/bias", (2, 3)),
        ("mha/key/kernel", (4, 2, 3)),
        ("mha/key/bias", (2, 3)),
        ("mha/gate/kernel", (6, 2, 7)),
        ("mha/gate/bias", (2, 7)),
        ("mha/value/kernel", (4, 2, 7)),
        ("mha/value/bias", (2, 7)),
        ("mha/attention_output/kernel", (2, 7, 6)),
        ("mha/attention_output/bias", (6,)),
    ]


def test_scores_and_outputs_are_the_same_both_ways():
    layer = built((None, 3, 6), (None, 5, 4), num_heads=2, key_dim=3)
    x = RNG.normal(size=(2, 3, 6)).astype("float32")
    outputs, scores = layer(x, VALUE, attention_mask=ALLOWED, return_attention_scores=True)
    np.testing.assert_allclose(np.asarray(scores).sum(-1), 1, rtol=1e-5)
    assert not np.asarray(scores)[~np.repeat(ALLOWED[:, None], 2, 1)].any()
    np.testing.assert_allclose(np.asarray(layer(x, VALUE, attention_mask=ALLOWED)), np.asarray(outputs), atol=1e-5)


@pytest.mark.parametrize("axes", [None, (1,), (2,), (1, 2)])
def test_axes_to_attend_over(axes):
    layer = built((None, 3, 4, 6), (None, 3, 4, 6), num_heads=2, key_dim=3, attention_axes=axes)
    x = RNG.normal(size=(2, 3, 4, 6)).astype("float32")
    mask = RNG.random({(1,): (2, 3, 3), (2,): (2, 4, 4)}.get(axes, (2, 3, 4, 3, 4))) < 0.7
    outputs, scores = (np.asarray(y) for y in layer(x, x, attention_mask=mask, return_attention_scores=True))
    weights = layer.get_weights()
    if axes in (None, (1, 2)):
        flat, wide = x.reshape(2, 12, 6), mask.reshape(2, 1, 12, 12)
        expected, shares = attended(flat, flat, flat, weights, masks=[wide])
        expected, shares = expected.reshape(x.shape), shares.reshape(2, 2, 3, 4, 3, 4)
    else:
        rows = np.moveaxis(x, axes[0], 2)  # (batch, beside, attended, features)
        flat = rows.reshape(-1, *rows.shape[2:])
        wide = np.repeat(mask, rows.shape[1], 0)[:, None]
        expected, shares = attended(flat, flat, flat, weights, masks=[wide])
        expected = np.moveaxis(expected.reshape(rows.shape), 2, axes[0])
        shares = shares.reshape(2, rows.shape[1], *shares.shape[1:])
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(scores, shares, rtol=1e-4, atol=1e-5)
    start = Input((3, 4, 6))
    assert layer(start, start).shape == (None, 3, 4, 6)


def test_dropout_falls_on_the_scores_while_training():
    layer = built((None, 50, 6), (None, 50, 6), num_heads=1, key_dim=1, dropout=0.5, seed=3, output_shape=1)
    layer.set_weights(
        [np.full(w.shape, float(w.path.endswith(("value/bias", "output/kernel")))) for w in layer.weights]
    )
    x = RNG.normal(size=(2, 50, 6)).astype("float32")
    np.testing.assert_allclose(np.asarray(layer(x, x)), 1, rtol=1e-5)
    kept = np.asarray(layer(x, x, training=True)).ravel() * 25  # every value is 1, each weight 1/50, or 2/50 if kept
    np.testing.assert_allclose(kept, np.round(kept), atol=1e-3)
    assert 24 < kept.mean() < 26 and 2 < kept.std() < 5


def test_the_masks_of_the_inputs_are_used_and_that_of_the_query_goes_on():
    ids = np.array([[1, 2, 0], [3, 0, 0]], "int32")
    start = Input((3,), dtype="int32")
    embedded = Embedding(5, 4, mask_zero=True)(start)
    outputs, scores = MultiHeadAttention(2, 3)(embedded, embedded, return_attention_scores=True)
    assert outputs._keras_mask is not None and scores._keras_mask is None
    found = np.asarray(Model(start, scores)(ids))
    assert not found[0, :, :, 2].any() and not found[1, :, :, 1:].any() and found[0, :, :, :2].all()


def test_unknown_lengths():
    start = Input((None, 6))
    layer = MultiHeadAttention(2, 3, sliding_window=4)
    model = Model(start, layer(start, start, use_causal_mask=True))
    x = RNG.normal(size=(2, 7, 6)).astype("float32")
    for length in (7, 5):
        part = x[:, :length]
        expected = attended(part, part, part, layer.get_weights(), causal=True, window=4)[0]
        np.testing.assert_allclose(model.predict(part, verbose=0), expected, rtol=1e-4, atol=1e-4)


def test_what_flash_attention_cannot_do_is_refused():
    with pytest.raises(ValueError, match=r"flash_attention=True has no dropout, got dropout=0.5"):
        MultiHeadAttention(2, 3, dropout=0.5, flash_attention=True)
    with pytest.raises(ValueError, match="flash_attention=True does not give attention scores"):
        MultiHeadAttention(2, 3, flash_attention=True)(VALUE, VALUE, return_attention_scores=True)


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="sliding_window must be a positive integer, got 0"):
        MultiHeadAttention(2, 3, sliding_window=0)
    with pytest.raises(ValueError, match="query and value must have as many axes"):
        MultiHeadAttention(2, 3)(VALUE, VALUE[0])


def test_it_learns(needs_train):
    start = Input((6, 4))
    model = Model(start, Dense(1)(GlobalAveragePooling1D()(MultiHeadAttention(2, 4, dropout=0.1)(start, start))))
    model.compile("adam", "mse")
    x = RNG.normal(size=(128, 6, 4)).astype("float32")
    y = x.max((1, 2))[:, None]
    losses = model.fit(x, y, epochs=30, verbose=0).history["loss"]
    assert losses[-1] < 0.6 * losses[0]


@pytest.mark.parametrize(
    ("enabled", "given", "passed"), [(True, None, None), (False, None, False), (False, True, True)]
)
def test_flash_attention_may_be_switched_off(monkeypatch, enabled, given, passed):
    found = []

    def attention(query, key, value, **options):
        found.append(options["flash_attention"])
        return value

    monkeypatch.setattr(ops, "dot_product_attention", attention)
    if not enabled:
        config.disable_flash_attention()
    try:
        layer = MultiHeadAttention(2, 3, flash_attention=given)
    finally:
        config.enable_flash_attention()
    assert config.is_flash_attention_enabled()
    layer(VALUE, KEY)
    assert found == [passed] and layer.get_config().get("flash_attention") is given


CACHING = [
    (MultiHeadAttention, {"num_heads": 2, "key_dim": 3}),
    (MultiHeadAttention, {"num_heads": 2, "key_dim": 3, "use_gate": True, "sliding_window": 2}),
    (GroupedQueryAttention, {"num_query_heads": 4, "num_key_value_heads": 2, "head_dim": 3}),
]


def caching(layer, arguments):
    """The layer with weights, a sequence and what the layer gives for it with a causal mask, by NumPy."""
    layer = layer(**arguments)
    x = RNG.normal(size=(2, 7, 6)).astype("float32")
    layer.build(x.shape, x.shape)
    layer.set_weights([RNG.normal(size=w.shape) for w in layer.weights])
    given = options({**arguments, "use_causal_mask": True})
    return layer, x, attended(x, x, x, layer.get_weights(), **given)


class Decoded(Layer):
    """Attention that is given one position after the other, in one loop."""

    def __init__(self, attention):
        super().__init__()
        self.attention = attention

    def call(self, x):
        batch, length = x.shape[0], x.shape[1]

        def step(carried, row):
            cache, index = carried
            row = ops.expand_dims(row, 1)
            y, cache = self.attention(row, row, use_causal_mask=True, cache=cache, cache_update_index=index)
            return (cache, index + 1), y[:, 0]

        start = (self.attention.make_cache(batch, length), ops.zeros((), "int32"))
        _, outputs = ops.scan(step, start, ops.transpose(x, (1, 0, 2)))
        return ops.transpose(outputs, (1, 0, 2))


@pytest.mark.parametrize(("layer", "arguments"), CACHING)
def test_step_by_step_with_a_cache_is_the_whole_sequence(layer, arguments):
    layer, x, (expected, shares) = caching(layer, arguments)
    cache, found = layer.make_cache(2, 7), []
    for begin, end in ((0, 3), (3, 4), (4, 6), (6, 7)):
        part = x[:, begin:end]
        given = {"use_causal_mask": True, "cache": cache, "cache_update_index": begin}
        y, scores, _ = layer(part, part, return_attention_scores=True, **given)
        np.testing.assert_allclose(np.asarray(scores), shares[:, :, begin:end], rtol=1e-4, atol=1e-5)
        y, cache = layer(part, part, **given)
        found.append(np.asarray(y))
    np.testing.assert_allclose(np.concatenate(found, 1), expected, rtol=1e-4, atol=1e-4)
    # The cache holds all keys and values, with which any position can be asked again.
    allowed = np.tri(7, dtype=bool)[None, 2:3]
    if "sliding_window" not in arguments:
        again, same = layer(x[:, 2:3], x[:, 2:3], attention_mask=allowed, cache=cache)
        np.testing.assert_allclose(np.asarray(again), expected[:, 2:3], rtol=1e-4, atol=1e-4)
        np.testing.assert_array_equal(np.asarray(same), np.asarray(cache))


@pytest.mark.parametrize(("layer", "arguments"), CACHING)
def test_a_compiled_loop_with_a_cache_is_the_whole_sequence(layer, arguments):
    layer, x, (expected, _) = caching(layer, arguments)
    start = Input(batch_shape=(2, 7, 6))
    model = Model(start, Decoded(layer)(start))
    np.testing.assert_allclose(model.predict(x, batch_size=2, verbose=0), expected, rtol=1e-4, atol=1e-4)


def test_without_a_mask_only_what_is_in_the_cache_is_attended_to():
    layer, x, _ = caching(*CACHING[0])
    cache = layer.make_cache(2, 9)
    _, cache = layer(x[:, :4], x[:, :4], cache=cache, cache_update_index=0)
    y, scores, _ = layer(x[:, 4:5], x[:, 4:5], cache=cache, cache_update_index=4, return_attention_scores=True)
    expected, shares = attended(x[:, 4:5], x[:, :5], x[:, :5], layer.get_weights())
    np.testing.assert_allclose(np.asarray(y), expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(np.asarray(scores)[..., :5], shares, rtol=1e-4, atol=1e-5)
    assert not np.asarray(scores)[..., 5:].any()


def test_masks_of_a_call_with_a_cache_are_of_its_positions():
    layer, x, _ = caching(*CACHING[0])
    mask = np.array([[1, 0, 1, 1, 1, 1, 1], [0, 0, 1, 1, 1, 1, 1]], bool)
    cache = layer.make_cache(2, 7)
    _, cache = layer(x[:, :4], x[:, :4], cache=cache, cache_update_index=0)
    given = {"cache": cache, "cache_update_index": 4}
    y, _ = layer(x[:, 4:], x[:, 4:], value_mask=mask, use_causal_mask=True, **given)
    expected, _ = attended(x, x, x, layer.get_weights(), masks=[mask[:, None, None]], causal=True)
    np.testing.assert_allclose(np.asarray(y), expected[:, 4:], rtol=1e-4, atol=1e-4)
    with pytest.raises(ValueError, match=r"value_mask must have shape \(2, 7\)"):
        layer(x[:, 4:], x[:, 4:], value_mask=mask[:, 4:], **given)


def test_a_cache_that_does_not_fit_is_refused():
    layer, x, _ = caching(*CACHING[0])
    with pytest.raises(ValueError, match=r"cache must have shape \(2, 2, 7, 2, 3\).*got shape \(3, 2, 7, 2, 3\)"):
        layer(x, x, cache=layer.make_cache(3, 7), cache_update_index=0)
    with pytest.raises(ValueError, match="cache of 8 positions has no room for 7 at cache_update_index=2"):
        layer(x, x, cache=layer.make_cache(2, 8), cache_update_index=2)
    with pytest.raises(ValueError, match="cache_update_index needs a cache"):
        layer(x, x, cache_update_index=2)
    with pytest.raises(ValueError, match="keys and values of one size, got key_dim=3 and value_dim=2"):
        MultiHeadAttention(2, 3, value_dim=2).make_cache(2, 8)
    with pytest.raises(ValueError, match=r"a cache is for inputs \(batch, steps, features\)"):
        MultiHeadAttention(2, 3)(x[:, None], x[:, None], cache=layer.make_cache(2, 8))
