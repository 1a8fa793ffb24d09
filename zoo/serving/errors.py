"""What a server answers when it doesn't predict. Each has its status in HTTP and in gRPC."""


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
