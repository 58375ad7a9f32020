# The robot's daemon: one executable, compiled ahead of time; no .NET, no libtorch. For a real arm, and for the simulated one:
#   docker build -f docker/daemon.Dockerfile -t depthvla-daemon:0.1.0 .
#   docker build -f docker/daemon.Dockerfile -t depthvla-daemon:0.1.0-sim --build-arg SIMULATOR=yes .
# Behind a mirror of NuGet: --secret id=nuget,src=$HOME/.nuget/NuGet/NuGet.Config
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG BASE_IMAGE=debian:bookworm-slim

FROM ${SDK_IMAGE} AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev zlib1g-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN --mount=type=secret,id=nuget,target=/root/.nuget/NuGet/NuGet.Config eng/publish-daemon.sh /daemon && eng/bill-of-materials.sh /daemon Daemon

FROM ${BASE_IMAGE}
ARG SIMULATOR=no
# ffmpeg reads cameras; the JPEG library makes their pictures the size that the policy wants.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates ffmpeg libturbojpeg0 libpng16-16 \
 && if [ "$SIMULATOR" = yes ]; then apt-get install -y --no-install-recommends libmujoco2.2.2 libegl1 libegl-mesa0 libgl1-mesa-dri; fi \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /daemon /daemon

USER 10001:10001
EXPOSE 8081
ENTRYPOINT ["/daemon/depthvla-daemon"]
