"""Errors a person can act on: what was expected, what kind of thing came, where, and what to do.

No message carries a respondent's value; values stay in quarantine.
"""


class FinsamError(Exception):
    """Base of every error this package raises on purpose. Its text is shown to the user as it is."""


class BadDefinition(FinsamError):
    """A YAML definition (codebook, study, policy, targets) says something it cannot mean."""


class BadInput(FinsamError):
    """A data file cannot be read as declared."""


class BadPolicy(FinsamError):
    """A release was asked for under a policy that nobody has decided, or that does not fit the data."""


class WrongShape(FinsamError):
    """A function got data of another shape or type than it declares."""


class UnknownName(FinsamError):
    """A name (item, förbund, profile, parameter) is not among those declared."""


class BadReport(FinsamError):
    """A notebook or a report cannot be made as asked."""
