// Asks depthvla-server for one chunk of actions, by gRPC, from the protos alone.
//
//     apt-get install g++ pkg-config libgrpc++-dev protobuf-compiler-grpc
//     docs/examples/build-infer.sh /tmp/infer
//     /tmp/infer 127.0.0.1:50051 "touch the red block"
//
// A grey picture stands for every camera and zero for every joint: put yours there. Nothing moves. Whoever drives an arm opens Act instead, with a contract.

#include <chrono>
#include <cstdio>
#include <string>

#include <grpcpp/grpcpp.h>

#include "depthvla/policy/v1/policy.grpc.pb.h"

namespace policy = depthvla::policy::v1;

constexpr int width = 320, height = 240;

int fail(const grpc::Status& status) {
  std::fprintf(stderr, "%s\n", status.error_message().c_str());
  return 1;
}

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: infer HOST:PORT INSTRUCTION\n");
    return 2;
  }

  auto server = policy::PolicyService::NewStub(grpc::CreateChannel(argv[1], grpc::InsecureChannelCredentials()));
  policy::GetModelInfoResponse info;
  grpc::ClientContext asking;
  if (auto status = server->GetModelInfo(&asking, {}, &info); !status.ok()) return fail(status);
  const auto& model = info.model();

  const int64_t now = std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
  policy::InferRequest request;
  auto* observation = request.mutable_observation();
  observation->set_sequence(1);
  observation->set_capture_time_ns(now);
  observation->set_budget_ns(10'000'000'000);
  observation->set_instruction(argv[2]);
  for (int joint = 0; joint < model.joints_size(); joint++) observation->add_proprioception(0);
  for (const auto& camera : model.cameras()) {
    auto* frame = observation->add_frames();
    frame->set_camera(camera);
    frame->set_encoding(policy::IMAGE_ENCODING_RGB8);
    frame->set_rotation(policy::IMAGE_ROTATION_NONE);
    frame->set_width(width);
    frame->set_height(height);
    frame->set_stride(3 * width);
    frame->set_capture_time_ns(now);
    frame->set_sequence(1);
    frame->set_data(std::string(3 * width * height, '\x80'));
  }

  policy::InferResponse response;
  grpc::ClientContext inferring;
  if (auto status = server->Infer(&inferring, request, &response); !status.ok()) return fail(status);
  const auto& chunk = response.chunk();
  std::printf("%s: %u steps of %u numbers, %.0f ms apart\n", model.name().c_str(), chunk.steps(), chunk.dims(), chunk.step_period_ns() / 1e6);
  for (unsigned step = 0; step < chunk.steps(); step++) {
    for (unsigned i = 0; i < chunk.dims(); i++) std::printf("  %8.4f", chunk.actions(step * chunk.dims() + i));
    std::printf("\n");
  }
}
