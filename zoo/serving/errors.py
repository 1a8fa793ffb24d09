"""A server's errors, each with its status in HTTP and in gRPC."""

import re


def without_paths(text):
    """The text with the last part alone of each path: where a server keeps its files is no client's business.

    Example:
        >>> without_paths("/srv/models/digits/2 isn't a SavedModel: /srv/models/digits/2/variables is missing.")
        "2 isn't a SavedModel: variables is missing."
    """
    return re.sub(r"(?<![\w.])(?<!:/)(?:~|file:/)?/(?!/)(?:[^\s/'\"]*/)+", "", text)


class ServingError(Exception):
    """An answer other than a prediction.

    Attributes:
        http: the HTTP status.
        grpc: the name of the `grpc.StatusCode`.
    """

    http, grpc = 500, "INTERNAL"


class Invalid(ServingError):
    """The request isn't one that the signature takes."""

    http, grpc = 400, "INVALID_ARGUMENT"


class NotFound(ServingError):
    """There is no model, version or signature of that name."""

    http, grpc = 404, "NOT_FOUND"


class TooLarge(ServingError):
    """The body or the batch is larger than the server takes."""

    http, grpc = 413, "OUT_OF_RANGE"


class Busy(ServingError):
    """As many requests as the server takes are waiting already."""

    http, grpc = 429, "RESOURCE_EXHAUSTED"


class Unavailable(ServingError):
    """The server is stopping, or the model didn't answer in time."""

    http, grpc = 503, "UNAVAILABLE"


class TimedOut(Unavailable):
    """The model didn't answer in time."""

    grpc = "DEADLINE_EXCEEDED"


class Unsupported(ServingError):
    """The body is of a kind that isn't taken."""

    http, grpc = 415, "INVALID_ARGUMENT"


class Forbidden(ServingError):
    """The request is one that a page of another site may have sent."""

    http, grpc = 403, "PERMISSION_DENIED"
