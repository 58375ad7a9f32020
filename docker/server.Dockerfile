# The policy server, with the small policy that ships. For the CPU, and for a GPU:
#   docker build -f docker/server.Dockerfile -t depthvla-server:0.1.0-cpu .
#   docker build -f docker/server.Dockerfile -t depthvla-server:0.1.0 --build-arg LIBTORCH=pytorch --build-arg BASE_IMAGE=pytorch/pytorch:2.11.0-cuda13.0-cudnn9-runtime .
# Behind a mirror of NuGet: --secret id=nuget,src=$HOME/.nuget/NuGet/NuGet.Config
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG BASE_IMAGE=debian:bookworm-slim

FROM ${SDK_IMAGE} AS build
# own: the CPU's, from NuGet, into the image. pytorch: that of the base image, with cuBLASLt, NVRTC and NCCL in versions that belong together.
ARG LIBTORCH=own
WORKDIR /source
COPY . .
RUN --mount=type=secret,id=nuget,target=/root/.nuget/NuGet/NuGet.Config \
    if [ "$LIBTORCH" = own ]; then eng/publish-server.sh /server; else eng/publish-server.sh /server --without-libtorch; fi \
 && eng/bill-of-materials.sh /server Server

FROM ${BASE_IMAGE}
ARG LIBTORCH=own
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libpng16-16 libstdc++6 libturbojpeg0 \
 && rm -rf /var/lib/apt/lists/*
RUN if [ "$LIBTORCH" = own ]; then ln -s /server/libtorch /opt/libtorch; else ln -s "$(python3 -c 'import torch; print(torch.__path__[0])')/lib" /opt/libtorch; fi
COPY --from=build /server /server
COPY models/depthvla-tiny /models/depthvla

# The GPU shows itself to containers by the last two; without one they mean nothing.
ENV DEPTHVLA_LIBTORCH=/opt/libtorch DEPTHVLA__CHECKPOINT=/models/depthvla DOTNET_EnableDiagnostics=0 \
    NVIDIA_VISIBLE_DEVICES=all NVIDIA_DRIVER_CAPABILITIES=compute,utility
USER 10001:10001
EXPOSE 50051 8080
# Ready, and not merely alive: robots turn to another server meanwhile.
HEALTHCHECK --interval=5s --timeout=2s --start-period=10m CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ code _ <&3 && [ $code = 200 ]"]
ENTRYPOINT ["/server/depthvla-server"]
