"""Answers to the exercises of the page "Your own layers, models and training steps"."""

from annbook.exercises.answer_types import Property, Table
from annbook.exercises.class_checks import LateClass
from annbook.exercises.counter_checks import COUNTERS, WRONG_COUNTERS, counter, counter_fault
from annbook.exercises.layer_checks import MISTAKES, OTHER_FORMS, clip_and_scale, layer_fault
from annbook.exercises.model_checks import (
    TOWERS,
    WEIGHTED,
    WRONG_TOWERS,
    WRONG_WEIGHTED,
    tower,
    tower_fault,
    weighted,
    weighted_fault,
)
from annbook.exercises.row_checks import FLIPS, WRONG_FLIPS, flip, flip_fault

ANSWERS = [
    Table(
        "custom-count",
        {"first": 72, "second": 30, "network": 108, "not trainable": 10},
        hint="d is the number of columns that come in, for each of the two layers anew; what of "
        "a, W and shift is trained?",
        hints={
            ("first", 60): "first: that is W alone.",
            ("first", 77): "first: one of its weights isn't trainable.",
            ("second", 72): "second: it doesn't see the columns of the input, but what the layer "
            "before it returns.",
            ("second", 35): "second: one of its weights isn't trainable.",
            ("network", 102): "network: there is a dense layer at the end.",
            ("network", 107): "network: the dense layer has a bias.",
            ("not trainable", 5): "not trainable: the network has two such layers.",
        },
        wrong=[
            {"first": 72, "second": 30},
            {"first": 72, "second": 30, "network": 118, "not trainable": 10},
        ],
    ),
    Property(
        "custom-flip",
        flip_fault,
        right=[LateClass(flip, form) for form in ("", *FLIPS)],
        wrong=[*(LateClass(flip, form) for form in WRONG_FLIPS), dict, 5],
    ),
    Property(
        "custom-counter",
        counter_fault,
        right=[LateClass(counter, form) for form in ("", *COUNTERS)],
        wrong=[*(LateClass(counter, form) for form in WRONG_COUNTERS), dict, 5],
    ),
    Property(
        "custom-clip-and-scale",
        layer_fault,
        right=[LateClass(clip_and_scale, form) for form in ("", *OTHER_FORMS)],
        wrong=[*(LateClass(clip_and_scale, form) for form in MISTAKES), dict, 5],
    ),
    Property(
        "custom-tower",
        tower_fault,
        right=[LateClass(tower, form) for form in ("", *TOWERS)],
        wrong=[*(LateClass(tower, form) for form in WRONG_TOWERS), dict, 5],
    ),
    Property(
        "custom-weights",
        weighted_fault,
        right=[LateClass(weighted, form) for form in ("", *WEIGHTED)],
        wrong=[*(LateClass(weighted, form) for form in WRONG_WEIGHTED), dict, 5],
    ),
]

QUIZ = [
    "Subclass `keras.layers.Layer`",
    "A network whose forecast is as long",
    "A few times at the beginning.",
    "The code of the class `Fourier`.",
    "It doesn't know yet how many columns",
    "Layers such as `Dropout` don't act",
]
