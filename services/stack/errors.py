"""What stops the stack, as a sentence that says what to do."""


class StackError(Exception):
    """The stack cannot go on. The message is for whoever started it: what is wrong, where, and the remedy."""
