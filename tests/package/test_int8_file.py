import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import pytest
from keras import layers

from annbook.int8_file import load_int8, quantize, save_int8


def digit_model(hidden=(200, 100), seed=0):
    keras.utils.set_random_seed(seed)
    stack = [keras.Input((28, 28)), layers.Rescaling(1 / 255), layers.Flatten()]
    for units in hidden:
        stack += [layers.Dense(units, activation="relu"), layers.Dropout(0.1)]
    stack.append(layers.Dense(10, activation="softmax"))
    model = keras.Sequential(stack)
    rng = np.random.default_rng(seed)
    model.set_weights([w + rng.normal(0, 0.1, w.shape) for w in model.get_weights()])
    return model


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(1).integers(0, 256, (500, 28, 28), dtype=np.uint8)


@pytest.mark.parametrize("hidden", [(), (64,), (200, 100)])
def test_outputs_are_those_of_keras_with_the_same_rounded_weights(hidden, images, tmp_path):
    model = digit_model(hidden)
    size = save_int8(model, tmp_path / "digits.json")
    network = load_int8(tmp_path / "digits.json")
    assert size == (tmp_path / "digits.json").stat().st_size <= 300_000
    model.set_weights(network.keras_weights())
    expected = model.predict(images, verbose=0)
    np.testing.assert_allclose(network.predict(images), expected, rtol=0, atol=1e-5)


def test_rounding_moves_no_weight_by_more_than_half_a_scale(tmp_path):
    model = digit_model()
    save_int8(model, tmp_path / "digits.json")
    network = load_int8(tmp_path / "digits.json")
    for layer, (W, b) in zip(
        network.layers, zip(*[iter(model.get_weights())] * 2, strict=True), strict=True
    ):
        assert np.all(np.abs(layer.weights - W) <= layer.scale * (0.5 + 1e-5))
        assert np.array_equal(layer.bias, b)
        assert np.all(np.abs(layer.whole.astype(int)).max(axis=0) == 127)


def test_quantize_by_hand():
    whole, scale = quantize([[1.27, 0.0, -2.0], [-0.614, 0.0, 1.0]])
    assert whole.dtype == np.int8
    assert whole.tolist() == [[127, 0, -127], [-61, 0, 64]]
    np.testing.assert_allclose(scale, [0.01, 1, 2 / 127], rtol=1e-6)


def test_layers_without_bias_and_linear_output(tmp_path):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2, use_bias=False)])
    save_int8(model, tmp_path / "f.json")
    network = load_int8(tmp_path / "f.json")
    X = np.random.default_rng(0).normal(size=(7, 3)).astype("float32")
    (layer,) = network.layers
    np.testing.assert_allclose(network.predict(X), X @ layer.weights, atol=1e-6)


@pytest.mark.parametrize(
    ("stack", "message"),
    [
        ([layers.Flatten()], "no Dense"),
        ([layers.Flatten(), layers.Dense(3, activation="tanh")], "activation tanh"),
        ([layers.Reshape((28, 28, 1)), layers.Conv2D(2, 3)], "Reshape"),
        ([layers.Rescaling(1 / 255, offset=-1), layers.Flatten(), layers.Dense(3)], "Rescaling"),
        ([layers.Flatten(), layers.Dense(3), layers.Rescaling(2), layers.Dense(3)], "Rescaling"),
    ],
)
def test_other_networks_are_refused(stack, message, tmp_path):
    model = keras.Sequential([keras.Input((28, 28)), *stack])
    with pytest.raises(ValueError, match=rf"^model: got .*{message}"):
        save_int8(model, tmp_path / "f.json")
    assert not (tmp_path / "f.json").exists()


def test_wrong_arguments(images, tmp_path):
    with pytest.raises(TypeError, match="model: got str"):
        save_int8("model", tmp_path / "f.json")
    with pytest.raises(ValueError, match="isn't built"):
        save_int8(keras.Sequential([layers.Dense(3)]), tmp_path / "f.json")
    broken = digit_model(())
    broken.set_weights([w * np.nan for w in broken.get_weights()])
    with pytest.raises(ValueError, match="W"):
        save_int8(broken, tmp_path / "f.json")
    save_int8(digit_model(()), tmp_path / "f.json")
    with pytest.raises(ValueError, match="X"):
        load_int8(tmp_path / "f.json").predict(images[0])


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(format="else"),
        lambda content: content["layers"][0].pop("scale"),
        lambda content: content["layers"][0].update(weights="AAAA"),
        lambda content: content["layers"][0].update(weights="no base64"),
        lambda content: content["layers"][0]["bias"].pop(),
    ],
)
def test_damaged_files_are_refused(change, tmp_path):
    path = tmp_path / "f.json"
    save_int8(digit_model(()), path)
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="want a file that save_int8 wrote"):
        load_int8(path)


def test_a_text_that_is_no_json_is_refused(tmp_path):
    (tmp_path / "f.json").write_text("[1, 2")
    with pytest.raises(ValueError, match="want a file that save_int8 wrote"):
        load_int8(tmp_path / "f.json")
    (tmp_path / "f.json").write_text("[1, 2]")
    with pytest.raises(ValueError, match="want a file that save_int8 wrote"):
        load_int8(tmp_path / "f.json")
