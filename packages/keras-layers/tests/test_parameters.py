from keras_core import Layer
from keras_layers.parameters import add_parameter, options_config, set_options


def test_options_are_kept_written_and_used():
    layer = Layer()
    set_options(layer, "table", "ones", "l2", "non_neg")
    config = options_config(layer, "table")
    assert set(config) == {"table_initializer", "table_regularizer", "table_constraint"}
    assert config["table_initializer"]["class_name"] == "Ones"
    weight = add_parameter(layer, "rows", (2, 3), options="table")
    assert (weight.name, weight.shape, weight.trainable) == ("rows", (2, 3), True)
    assert weight.numpy().sum() == 6
    assert weight.regularizer is layer.table_regularizer
    assert weight.constraint is layer.table_constraint
    assert add_parameter(layer, "still", (), options="table", trainable=False).trainable is False
