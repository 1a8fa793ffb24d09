"""The same application on Ray Serve: several processes, on one machine or on a cluster's many.

The folders must be there on every machine. RAY_ADDRESS names a cluster that runs already; else one is started here.
"""

import asyncio
import functools
import signal
import tempfile
import threading

import ray
from ray import serve
from ray.serve.config import gRPCOptions

from zoo.serving.errors import ServingError, without_paths
from zoo.serving.models import Models

SERVICES = [
    "tensorflow_serving.apis.prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server",
    "tensorflow_serving.apis.model_service_pb2_grpc.add_ModelServiceServicer_to_server",
]


@functools.cache
def _models(folders, limits):
    """The models of this process, loaded once for both protocols."""
    return Models(dict(folders), **dict(limits))


def deployment(folders, limits, sources, litert, hosts, replicas):
    """The Ray Serve application.

    Args:
        folders: a dict of name to the folder of a model's versions.
        limits: keyword arguments of `zoo.serving.models.Models`.
        sources, litert: as for `zoo.serving.pages.Pages`.
        hosts: as for `zoo.serving.guard.Guard`.
        replicas: how many processes.
    """
    arguments = tuple(folders.items()), tuple(limits.items())

    def build():
        from zoo.serving.pages import Pages
        from zoo.serving.rest import application

        return application(_models(*arguments), Pages(sources, tempfile.mkdtemp(prefix="zoo-pages-"), litert), hosts)

    @serve.deployment(
        name="zoo",
        num_replicas=replicas,
        max_ongoing_requests=limits["workers"] + limits["queue"],
        max_queued_requests=limits["queue"] * replicas,
        graceful_shutdown_timeout_s=limits["timeout"] + 1,
        health_check_period_s=2,
    )
    @serve.ingress(build)
    class Replica:
        """One process: the REST interface is `build`'s, the gRPC methods are these."""

        async def Predict(self, request, grpc_context):  # noqa: N802
            return await self._answer("predict", request, grpc_context)

        async def GetModelMetadata(self, request, grpc_context):  # noqa: N802
            return await self._answer("metadata", request, grpc_context)

        async def GetModelStatus(self, request, grpc_context):  # noqa: N802
            return await self._answer("status", request, grpc_context)

        async def _answer(self, name, request, context):
            import grpc

            from zoo.serving import grpc_services

            try:
                # Ray has parsed it already. Here it is looked at as it would have been before.
                content = await asyncio.to_thread(request.SerializeToString)
                return await getattr(grpc_services, name)(_models(*arguments), content)
            except ServingError as error:
                context.set_code(grpc.StatusCode[error.grpc])
                context.set_details(without_paths(str(error)))
                raise

    return Replica.bind()


def serve_with_ray(folders, limits, sources, litert, host, port, grpc_port, hosts, replicas, say):
    """Serves until SIGTERM or SIGINT. Arguments as for `deployment` and `zoo.runs.serve.serve_folders`."""
    stopped = threading.Event()
    ray.init(include_dashboard=False, log_to_driver=False)
    # After ray.init, which installs a handler of its own that aborts.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    try:
        serve.start(
            http_options={"host": host, "port": port},
            grpc_options=gRPCOptions(port=grpc_port, grpc_servicer_functions=SERVICES),
        )
        serve.run(deployment(folders, limits, sources, litert, (*hosts, host), replicas), name="zoo", route_prefix="/")
        say(f"Serving {', '.join(folders)} with {replicas} replicas: REST {host}:{port}, gRPC {host}:{grpc_port}")
        stopped.wait()
        serve.shutdown()
    finally:
        ray.shutdown()
