"""Answers to the exercises of the page "The Sequential API"."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from annbook.exercises.answer_types import Function, Property, Table

# Units and activation of each layer that the exercises ask for.
THREE_LAYERS = ((8, "sigmoid"), (4, "sigmoid"), (1, "sigmoid"))
BENIGN, TUMORS = 357, 569


def _config(units: int, activation: str) -> dict[str, Any]:
    return {
        "units": units,
        "activation": activation,
        "use_bias": True,
        "kernel_initializer": {"class_name": "GlorotUniform"},
        "bias_initializer": {"class_name": "Zeros"},
    }


def configs_fault(configs: Any) -> str | None:
    """Say what is wrong with the get_config() results of the three layers, comparing stable fields.

    Fields that Keras writes differently from version to version are left out.
    """
    if not isinstance(configs, list | tuple) or not all(isinstance(c, dict) for c in configs):
        return "hand over a list of three dictionaries, one get_config() for each layer."
    if len(configs) != len(THREE_LAYERS):
        return f"that makes {len(configs)} layers; the exercise lists three."
    for number, (config, layer) in enumerate(zip(configs, THREE_LAYERS, strict=True), 1):
        wanted = _config(*layer)
        for name in ("units", "activation", "use_bias"):
            if config[name] != wanted[name]:
                return f"layer {number} has {name} = {config[name]!r}; read the exercise again."
        for name in ("kernel_initializer", "bias_initializer"):
            if config[name]["class_name"] != wanted[name]["class_name"]:
                return f"layer {number}: leave its {name} as Keras sets it."
    return None


def regression_fault(build: Any) -> str | None:
    """Say what is wrong with a function that builds the regression network 5-8-4-1."""
    import keras

    if not callable(build) or isinstance(build, keras.Model):
        return "hand over the function itself, without parentheses, not a model."
    model = build()
    if model is None:
        return "it returns None; is a `return` missing?"
    if not isinstance(model, keras.Sequential):
        return f"it returns {type(model).__name__}, not a keras.Sequential model."
    if not model.built:
        return "the model isn't built: it doesn't know its input. Begin with keras.Input."
    if model.input_shape != (None, 5):
        return f"a row has 5 numbers, but the model's input shape is {model.input_shape}."
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    units = [layer.units for layer in dense]
    if units != [8, 4, 1]:
        return f"the Dense layers have {units} units; read the exercise again."
    names = [layer.activation.__name__ for layer in dense]
    if names[-1] != "linear":
        return (
            f"with the activation {names[-1]!r} the output can't be any real number; "
            "what range does a regression need?"
        )
    if "linear" in names[:-1]:
        return "without an activation a hidden layer adds nothing: linear after linear is linear."
    return None


def scores_fault(scores: Any) -> str | None:
    """Say what is wrong with {"parameters", "training", "test"} of the breast cancer network."""
    if not isinstance(scores, dict) or {*scores} != {"parameters", "training", "test"}:
        return 'hand over a dictionary with the keys "parameters", "training" and "test".'
    if scores["parameters"] != 31 * 10 + 11 * 5 + 6:
        return "parameters: not this network; are there 30 inputs, and does each unit have a bias?"
    for part in ("training", "test"):
        if not 0 <= scores[part] <= 1:
            return f"{part}: an accuracy is a share, between 0 and 1 (not percent, not the loss)."
    for part in ("training", "test"):
        if abs(scores[part] - BENIGN / TUMORS) < 0.01:
            return (
                f"{part}: that is the share of benign tumors, so the network says the same to "
                "everybody. Count its updates, and look at the range of its inputs."
            )
    if scores["training"] <= 0.95:
        return "training: more than 0.95 can be had. Are the rows scaled? How many updates?"
    if scores["test"] < 0.9:
        return (
            "test: far below training. Were the test rows scaled with the training rows' means, "
            "and are labels and rows still in the same order?"
        )
    return None


def sparse_loss(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Return the mean cross-entropy of integer labels, shape (n,), and probabilities, (n, k)."""
    rows = np.arange(len(labels))
    return float(-np.log(np.asarray(probabilities)[rows, np.asarray(labels)]).mean())


def _sum_of_terms(labels, probabilities):
    return sparse_loss(labels, probabilities) * len(labels)


def _log_of_mean(labels, probabilities):
    return -np.log(np.asarray(probabilities)[np.arange(len(labels)), labels].mean())


def _binary_logarithm(labels, probabilities):
    return sparse_loss(labels, probabilities) / math.log(2)


def _without_minus(labels, probabilities):
    return -sparse_loss(labels, probabilities)


def _whole_columns(labels, probabilities):
    return -np.log(np.asarray(probabilities)[:, labels]).mean()


def _build_regression():
    import keras

    return keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(8, activation="sigmoid"),
            keras.layers.Dense(4, activation="relu"),
            keras.layers.Dense(1),
        ]
    )


def _build_with(*activations: str | None, inputs: int = 5) -> Callable:
    """Return a function that builds (inputs)-8-4-1 with these activations."""

    def build():
        import keras

        dense = [
            keras.layers.Dense(units, activation=activation)
            for units, activation in zip((8, 4, 1), activations, strict=True)
        ]
        return keras.Sequential([keras.Input((inputs,)), *dense] if inputs else dense)

    return build


PROBABILITIES = np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.3, 0.4, 0.3], [0.25, 0.5, 0.25]])

ANSWERS = [
    Table(
        "sequential-parameters",
        {"hidden_1": 235_500, "hidden_2": 30_100, "output": 1_010, "total": 266_610},
        hint="a Dense layer with n inputs and m units has a kernel of n times m and m biases.",
        hints={
            (
                "hidden_1",
                235_200,
            ): "hidden_1: that is the kernel only; what else is there?",
            ("hidden_1", 8_700): "hidden_1: 28 inputs? Flatten makes one long row of each image.",
            (
                "hidden_2",
                30_000,
            ): "hidden_2: that is the kernel only; what else is there?",
            ("output", 1_000): "output: that is the kernel only; what else is there?",
            (
                "total",
                266_200,
            ): "total: that is the kernels only; each unit has one more number.",
        },
        wrong=[{"hidden_1": 235_500}],
    ),
    Table(
        "sequential-steps",
        {"reviews": 30, "garments": 1_719, "garments, all": 51_570},
        hint="divide; then ask what happens with the rows that are left over.",
        hints={
            ("reviews", 29): "reviews: the rows left over make one more, smaller batch.",
            ("garments", 1_718): "garments: the rows left over make one more, smaller batch.",
            ("garments", 1_875): "garments: 5,000 of the 60,000 are held out for validation.",
            ("garments, all", 51_563): (
                "garments, all: round up in each epoch, not once at the end."
            ),
        },
        wrong=[{"reviews": 15_000 / 512, "garments": 1_719, "garments, all": 51_570}],
    ),
    Table(
        "sequential-majority",
        {
            "accuracy": BENIGN / TUMORS,
            "loss": -sum(n / TUMORS * math.log(n / TUMORS) for n in (BENIGN, TUMORS - BENIGN)),
        },
        hint="357 of the 569 rows pay -log p, the others -log(1 - p).",
        hints={
            ("accuracy", 1 - BENIGN / TUMORS): "accuracy: that is the share of the smaller class.",
            ("loss", math.log(2)): "loss: that is p = 0.5; another constant has a smaller loss.",
            ("loss", -math.log(BENIGN / TUMORS)): (
                "loss: only the benign rows pay this; what do the malignant ones pay?"
            ),
        },
    ),
    Property(
        "sequential-layers",
        configs_fault,
        right=[[_config(*layer) for layer in THREE_LAYERS]],
        wrong=[
            _config(8, "sigmoid"),
            [_config(8, "sigmoid"), _config(4, "sigmoid")],
            [_config(5, "sigmoid"), _config(4, "sigmoid"), _config(1, "sigmoid")],
            [_config(8, "sigmoid"), _config(4, "relu"), _config(1, "sigmoid")],
            [{"name": "dense"}] * 3,
        ],
    ),
    Property(
        "sequential-regression",
        regression_fault,
        right=[_build_regression, _build_with("sigmoid", "sigmoid", None)],
        wrong=[
            _build_with("sigmoid", "sigmoid", "sigmoid"),
            _build_with("sigmoid", "sigmoid", "relu"),
            _build_with(None, "sigmoid", None),
            _build_with("sigmoid", "sigmoid", None, inputs=8),
            _build_with("sigmoid", "sigmoid", None, inputs=0),
            lambda: None,
            5,
        ],
    ),
    Property(
        "sequential-breast-cancer",
        scores_fault,
        right=[
            {"parameters": 371, "training": 0.986, "test": 0.958},
            {"parameters": 371, "training": 0.993, "test": 0.979},
        ],
        wrong=[
            {"parameters": 371, "training": 0.6268, "test": 0.6294},
            {"parameters": 371, "training": 98.6, "test": 95.8},
            {"parameters": 371, "training": 0.92, "test": 0.91},
            {"parameters": 371, "training": 0.98, "test": 0.52},
            {"parameters": 355, "training": 0.98, "test": 0.96},
            0.98,
        ],
    ),
    Function(
        "sequential-sparse-loss",
        sparse_loss,
        cases=[
            (np.array([0, 2]), PROBABILITIES[:2]),
            (np.array([1]), PROBABILITIES[2:3]),
            (np.array([2, 2, 0, 1]), PROBABILITIES),
        ],
        hint="pick one probability in each row: the one of that row's label.",
        hints={
            _sum_of_terms: "you add the terms up; the loss is their mean.",
            _log_of_mean: "first the logarithm of each probability, then the mean.",
            _binary_logarithm: "Keras uses the natural logarithm.",
            _without_minus: "a cross-entropy isn't negative.",
            _whole_columns: (
                "probabilities[:, labels] takes whole columns; pair each label with its own row."
            ),
        },
    ),
]

QUIZ = [
    f"The model has been trained for {2 * 10} epochs",
    "1.0 for every row",
    "The training value is an average",
    f"{math.ceil(569 / 32) * 50}",
    "The mean of a square table",
    "The training rows",
]
