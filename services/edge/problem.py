"""The one error of this package: a sentence for the person who starts Envoy, naming the thing and the remedy."""


class EdgeError(Exception):
    """The configuration cannot be rendered, or Envoy cannot be started. The message says what to do."""
