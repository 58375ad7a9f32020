using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Learning.Evaluation.Policies;

/// <summary>What policies for the simulated arm that are no network say of themselves and answer: chunks of tool poses.</summary>
internal static class ArmPolicy
{
    /// <summary>Steps a chunk, and steps carried out before the next observation: those of the shipped policies.</summary>
    internal const int Horizon = 8, ExecuteSteps = 4;

    /// <summary>dx dy dz rx ry rz gripper.</summary>
    internal const int Dims = ActionLayout.PoseNumbers + 1;

    internal static PolicyInfo Info(string name, double stepRateHz) => new()
    {
        Name = name, ModelHash = "", NormalizationHash = "", Parameters = 0, Trained = true, Precision = "float32", Device = "cpu", Cameras = [],
        Joints = [.. Wx250s.Description.Joints.Select(joint => new PolicyJoint(joint.Name, joint.Unit))],
        Horizon = Horizon, StepRateHz = stepRateHz, Actions = ActionRepresentation.ToolPoseDelta, Dims = Dims, ExecuteSteps = ExecuteSteps, HasDepth = false,
    };

    internal static ActionChunk Chunk(Observation observation, PolicyInfo info, float[] actions)
    {
        var period = (long)Math.Round(1e9 / info.StepRateHz);
        return new()
        {
            BasedOnSequence = observation.Sequence, FirstStepTimeNs = observation.CaptureTimeNs + (info.Actions.FirstStep() * period),
            StepPeriodNs = period, StepValidNs = period, Steps = info.Horizon, Dims = info.Dims, Actions = actions,
            ModelHash = "", NoiseSeed = 0, Timings = default,
        };
    }
}
