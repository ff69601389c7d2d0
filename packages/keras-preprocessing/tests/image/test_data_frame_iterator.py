import numpy as np
import pytest
from keras_preprocessing.image import ImageDataGenerator, save_img

pytest.importorskip("PIL")
PLAIN = ImageDataGenerator()


class Frame(dict):
    """A dict of columns, as arrays, that knows their names."""

    columns = property(list)


@pytest.fixture(params=[dict, Frame, "pandas"])
def frame(request, tmp_path):
    for number in range(6):
        save_img(tmp_path / f"{number}.png", np.full((4, 4, 3), float(number)), scale=False)
    columns = {
        "filename": [f"{number}.png" for number in range(6)],
        "class": ["a", "b", "a", "c", "b", "a"],
        "two": ["x", "y", "x", "y", "y", "x"],
        "many": [["a"], ["a", "b"], ["b"], "c", ("a", "c"), ["b"]],
        "age": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        "height": [10, 20, 30, 40, 50, 60],
    }
    if request.param == "pandas":
        return pytest.importorskip("pandas").DataFrame(columns)
    if request.param is dict:
        return columns
    return Frame({name: np.array(column, object if name == "many" else None) for name, column in columns.items()})


def flow(frame, tmp_path, **options):
    options = {"target_size": (4, 4), "shuffle": False, **options}
    return PLAIN.flow_from_dataframe(frame, tmp_path, **options)


def test_categories(frame, tmp_path, capsys):
    batches = flow(frame, tmp_path, batch_size=4)
    assert capsys.readouterr().out == "Found 6 validated image filenames belonging to 3 classes.\n"
    assert batches.class_indices == {"a": 0, "b": 1, "c": 2} and batches.samples == 6
    x, y = batches[0]
    assert x[:, 0, 0, 0].tolist() == [0, 1, 2, 3]
    assert y.argmax(1).tolist() == [0, 1, 0, 2] and y.sum() == 4
    assert batches.classes == batches.labels == [0, 1, 0, 2, 1, 0]


def test_several_classes_a_picture(frame, tmp_path):
    y = flow(frame, tmp_path, y_col="many")[0][1]
    assert y.tolist() == [[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [0, 1, 0]]


def test_numbers_of_classes(frame, tmp_path):
    assert flow(frame, tmp_path, class_mode="sparse")[0][1].tolist() == [0, 1, 0, 2, 1, 0]
    assert flow(frame, tmp_path, y_col="two", class_mode="binary")[0][1].tolist() == [0, 1, 0, 1, 1, 0]
    with pytest.raises(ValueError, match="takes two classes, got 3"):
        flow(frame, tmp_path, class_mode="binary")


def test_chosen_classes(frame, tmp_path):
    batches = flow(frame, tmp_path, classes=["c", "a"], weight_col="age")
    x, y, weights = batches[0]
    assert x[:, 0, 0, 0].tolist() == [0, 2, 3, 5] and y.argmax(1).tolist() == [1, 1, 0, 1]
    assert weights.tolist() == [1, 3, 4, 6]


def test_raw_and_several_outputs(frame, tmp_path):
    assert flow(frame, tmp_path, y_col="age", class_mode="raw")[0][1].tolist() == [1, 2, 3, 4, 5, 6]
    y = flow(frame, tmp_path, y_col=["age", "height"], class_mode="raw")[0][1]
    assert y.shape == (6, 2) and y[2].tolist() == [3, 30]
    outputs = flow(frame, tmp_path, y_col=["age", "height"], class_mode="multi_output", batch_size=2)[1][1]
    assert [output.tolist() for output in outputs] == [[3, 4], [30, 40]]
    assert flow(frame, tmp_path, class_mode=None)[0].shape == (6, 4, 4, 3)
    x, y = flow(frame, tmp_path, class_mode="input")[0]
    np.testing.assert_array_equal(x, y)


def test_subsets(frame, tmp_path):
    generator = ImageDataGenerator(validation_split=0.34)
    options = {"y_col": "age", "class_mode": "raw", "target_size": (4, 4), "shuffle": False}
    parts = [
        generator.flow_from_dataframe(frame, tmp_path, subset=subset, **options)[0][1].tolist()
        for subset in ("validation", "training")
    ]
    assert parts == [[1, 2], [3, 4, 5, 6]]


def test_missing_files_are_left_out(tmp_path):
    save_img(tmp_path / "0.png", np.zeros((4, 4, 3)))
    frame = {"filename": ["none.png", "0.png", "0.txt"], "class": ["a", "b", "a"], "w": [1, 2, 3]}
    with pytest.warns(UserWarning, match=r"2 of the files in column 'filename' are missing.*none.png"):
        batches = flow(frame, tmp_path, weight_col="w")
    assert batches.class_indices == {"b": 0} and batches[0][2].tolist() == [2]
    kept = flow(frame, tmp_path, validate_filenames=False)
    assert kept.samples == 3 and kept.filenames == frame["filename"]


def test_missing_labels_are_left_out(tmp_path):
    save_img(tmp_path / "0.png", np.zeros((4, 4, 3)))
    frame = {"filename": [tmp_path / "0.png"] * 3, "class": [None, "b", float("nan")]}
    assert PLAIN.flow_from_dataframe(frame).samples == 1


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"y_col": "label"}, ValueError, r"there is no column 'label' among \['filename', 'class'"),
        ({"x_col": "age"}, TypeError, "column 'age' must hold paths, got 1.0"),
        ({"y_col": "age"}, TypeError, r"takes strings or lists of them as labels; column 'age' holds 1.0"),
        ({"y_col": "many", "class_mode": "sparse"}, TypeError, "takes strings as labels"),
        ({"y_col": ["age"]}, TypeError, "takes one column"),
        ({"y_col": "age", "class_mode": "multi_output"}, TypeError, "takes a list of columns, got 'age'"),
        ({"weight_col": "class"}, TypeError, "of weights must hold numbers"),
        ({"class_mode": "other"}, ValueError, "class_mode must be one of"),
    ],
)
def test_what_does_not_fit(frame, tmp_path, options, error, message):
    with pytest.raises(error, match=message):
        flow(frame, tmp_path, **options)


def test_classes_that_are_not_used(frame, tmp_path):
    with pytest.warns(UserWarning, match="class_mode='raw' does not use classes"):
        flow(frame, tmp_path, y_col="age", class_mode="raw", classes=["a"])
