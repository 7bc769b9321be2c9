"""A neural network from scratch, in NumPy: layers, losses, optimizers, and training."""

from annbook.network.layers import (
    ACTIVATIONS,
    INITIALIZERS,
    Activation,
    BatchNormalization,
    Dense,
    Dropout,
    Layer,
    Residual,
)
from annbook.network.losses import LOSSES
from annbook.network.optimizers import (
    OPTIMIZERS,
    SGD,
    Adagrad,
    Adam,
    AdamW,
    Optimizer,
    RMSprop,
)
from annbook.network.sequential_network import Network
from annbook.network.stack import Stack

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "LOSSES",
    "OPTIMIZERS",
    "SGD",
    "Activation",
    "Adagrad",
    "Adam",
    "AdamW",
    "BatchNormalization",
    "Dense",
    "Dropout",
    "Layer",
    "Network",
    "Optimizer",
    "RMSprop",
    "Residual",
    "Stack",
]
