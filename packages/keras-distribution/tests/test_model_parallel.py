import pytest
from keras_core import Variable
from keras_core.naming import name_scope
from keras_distribution import LayoutMap, ModelParallel, TensorLayout


@pytest.fixture
def spread(mesh):
    layouts = LayoutMap(mesh)
    layouts[".*kernel"] = (None, "model")
    return ModelParallel(layout_map=layouts)


def _variable(shape, name="kernel"):
    with name_scope("dense"):
        return Variable("zeros", shape=shape, name=name)


def test_variables_are_laid_out_by_their_paths(spread, mesh):
    assert spread.get_variable_layout(_variable((3, 8))) == TensorLayout((None, "model"), mesh)
    assert spread.get_variable_layout(_variable((8,), "bias")) == TensorLayout((None,), mesh)
    assert spread.get_tensor_layout("dense/kernel").axes == (None, "model")
    assert spread.num_model_replicas == 2 and spread.batch_dim_name == "batch"
    assert ModelParallel(layout_map=spread.layout_map, batch_dim_name="model").num_model_replicas == 4


def test_a_layout_that_does_not_divide_names_the_variable(spread):
    with pytest.raises(ValueError, match=r"Axis 1 of Variable 'dense/kernel', of shape .* over 4 devices"):
        spread.get_variable_layout(_variable((3, 6)))


def test_a_layout_for_no_variable_names_the_paths_there_are(spread):
    spread.check([_variable((3, 8))])
    spread.layout_map["attention/query"] = ("model", None)
    with pytest.raises(ValueError, match=r"no path matches 'attention/query'. The paths are: dense/kernel"):
        spread.check([_variable((3, 8))])


def test_what_is_refused(spread, mesh):
    with pytest.raises(ValueError, match="is a LayoutMap, got None"):
        ModelParallel()
    with pytest.raises(ValueError, match="needs a DeviceMesh"):
        ModelParallel(layout_map=LayoutMap(None))
    with pytest.raises(ValueError, match="'batch', 'model'; got 'heads'"):
        ModelParallel(layout_map=spread.layout_map, batch_dim_name="heads")
    with pytest.raises(TypeError, match="'layouts'"):
        ModelParallel(layout_map=spread.layout_map, layouts=3)
    assert ModelParallel(device_mesh=mesh, layout_map=spread.layout_map).device_mesh is mesh


def test_processes_share_replicas_evenly(spread, monkeypatch):
    monkeypatch.setattr(ModelParallel, "num_processes", 3)
    with pytest.raises(ValueError, match="3 processes cannot share 2 parts"):
        ModelParallel(layout_map=spread.layout_map)
