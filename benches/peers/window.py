"""The window that each engine is given which takes one: by the rule of the default model's manifest (`models/default.toml`)."""

import math

MARGIN_SECONDS, STEP = 0.1, 16
POSITIONS_A_SECOND = 50


def positions(seconds):
    """Returns the encoder's positions for an utterance."""
    return math.ceil((seconds + MARGIN_SECONDS) * POSITIONS_A_SECOND / STEP) * STEP


FIVE_SECONDS = positions(5)
