using System.Collections.Immutable;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Imaging.Frames;
using DepthVla.Robot.Imaging.Resampling;
using DepthVla.Robot.OpenPi.Mapping;
using DepthVla.Robot.OpenPi.Messages;

namespace DepthVla.Robot.OpenPi.Remote;

/// <summary>A robot's observations as somebody's server wants them, and that server's actions as the robot's chunks. Pure; thread-safe.</summary>
/// <param name="mapping">How.</param>
/// <param name="robot">The arm.</param>
/// <param name="cameras">Its cameras' names, in the mapping's order.</param>
internal sealed class RobotMessages(PolicyMapping mapping, RobotDescription robot, ImmutableArray<string> cameras)
{
    private readonly SerialChain _chain = new(robot);
    private readonly ResizeWithPad? _resize = mapping.ImageSize > 0 ? new(new(mapping.ImageSize, mapping.ImageSize)) : null;
    private readonly ImmutableArray<int> _arm = [.. Enumerable.Range(0, robot.Joints.Length).Where(i => !robot.Joints[i].IsGripper)];
    private readonly ImmutableArray<int> _grippers = [.. Enumerable.Range(0, robot.Joints.Length).Where(i => robot.Joints[i].IsGripper)];

    private bool IsToolPose => mapping.Representation == ActionRepresentation.ToolPoseDelta;

    /// <summary>Numbers a step, in what the server answers and in chunks.</summary>
    public int Dims => mapping.Representation.Dims(robot.Joints.Length, _grippers.Length);

    /// <summary>Steps of a chunk at most: steps from where the arm was observed begin there.</summary>
    public int Horizon => mapping.Steps + (mapping.Actions == ActionMeaning.JointStep ? 1 : 0);

    /// <summary>What in the mapping does not fit the robot; empty when all does.</summary>
    public ImmutableArray<ContractDifference> Differences()
    {
        const string Remedy = "correct the --openpi-mapping file";
        var differences = ImmutableArray.CreateBuilder<ContractDifference>();
        if (mapping.Images.Length != cameras.Length) differences.Add(new("images", $"{cameras.Length} keys, one a camera ({string.Join(", ", cameras)})", $"{mapping.Images.Length}", Remedy));
        var scaled = IsToolPose ? ActionLayout.PoseNumbers : _arm.Length;
        if (mapping.Scale.Length > 1 && mapping.Scale.Length != scaled) differences.Add(new("scale", $"1 or {scaled} numbers", $"{mapping.Scale.Length}", Remedy));
        if (robot.Chain.IsEmpty && (IsToolPose || mapping.State.Any(state => state.Parts.Contains(StatePart.ToolPose)))) differences.Add(new("actions, state", "no tool poses, as this arm's chain is not known", "tool poses", Remedy));
        return differences.ToImmutable();
    }

    /// <summary>What to send.</summary>
    /// <exception cref="InvalidObservationException">A frame is not what it says, or a camera is out: these servers know no missing pictures.</exception>
    public Dictionary<string, object> Observation(Observation observation)
    {
        var message = new Dictionary<string, object> { [mapping.Prompt] = observation.Instruction };
        for (var i = 0; i < cameras.Length; i++)
        {
            var frame = observation.Frames.FirstOrDefault(frame => frame.Camera == cameras[i]) ?? throw new InvalidObservationException($"frames[{cameras[i]}]", "the camera is out");
            message[mapping.Images[i]] = Picture(frame);
        }

        foreach (var (key, parts) in mapping.State) message[key] = NdArray.Of([.. parts.SelectMany(part => Part(part, observation.Proprioception))]);
        return message;
    }

    /// <summary>The actions as a chunk; numbers that are none stay so, for who checks chunks to refuse.</summary>
    /// <exception cref="InvalidMessageException">The array's shape is another.</exception>
    public ActionChunk Chunk(NdArray actions, Observation observation, string modelHash, in StageTimings timings)
    {
        if (actions.Shape is not [var steps, var dims] || dims != Dims || steps < 1 || steps > mapping.Steps)
        {
            throw new InvalidMessageException("actions", $"expected [1 to {mapping.Steps}, {Dims}], got {actions.Description}; see the --openpi-mapping file");
        }

        var period = (long)Math.Round(1e9 / mapping.StepRateHz);
        var values = IsToolPose ? Poses(actions, steps) : Joints(actions, steps, observation.Proprioception);
        return new()
        {
            BasedOnSequence = observation.Sequence, FirstStepTimeNs = observation.CaptureTimeNs + (mapping.Representation.FirstStep() * period), StepPeriodNs = period, StepValidNs = period,
            Steps = values.Length / Dims, Dims = Dims, Actions = values, ModelHash = modelHash, NoiseSeed = 0, Timings = timings,
        };
    }

    private NdArray Picture(CameraFrame frame)
    {
        var picture = FrameDecoder.Decode(frame);
        if (_resize is not null) picture = _resize.Apply(picture);
        return NdArray.Of(picture.Memory, picture.Height, picture.Width, 3);
    }

    private double[] Part(StatePart part, in JointVector state)
    {
        var joints = state;
        return part switch
        {
            StatePart.Arm => [.. _arm.Select(i => joints[i])],
            StatePart.Gripper => [.. _grippers.Select(i => Gripper(i, joints[i]))],
            StatePart.ToolPose => Tool(joints),
            _ => [.. Enumerable.Range(0, joints.Count).Select(i => robot.Joints[i].IsGripper ? Gripper(i, joints[i]) : joints[i])],
        };
    }

    private double[] Tool(in JointVector joints)
    {
        var tool = _chain.Tool(joints);
        var turn = RotationMatrix.Identity.To(tool.Rotation);
        return [tool.Position.X, tool.Position.Y, tool.Position.Z, turn.X, turn.Y, turn.Z];
    }

    private double Gripper(int joint, double position)
    {
        var spec = robot.Joints[joint];
        return mapping.StateGripper is { } scale ? scale.FromShare((position - spec.MinPosition) / (spec.MaxPosition - spec.MinPosition)) : position;
    }

    // What a number for a gripper means, within its range: a policy's "1" is often a little more.
    private double Command(int joint, double value)
    {
        var spec = robot.Joints[joint];
        return mapping.Gripper is { } scale ? spec.MinPosition + (Math.Clamp(scale.ToShare(value), 0, 1) * (spec.MaxPosition - spec.MinPosition)) : value;
    }

    private double Scaled(int number, double value) => mapping.Scale switch { [] => value, [var all] => all * value, var each => each[number] * value };

    private float[] Joints(NdArray actions, int steps, in JointVector observed)
    {
        var begin = mapping.Actions == ActionMeaning.JointStep ? 1 : 0; // the first of them ends a period after capture
        var (values, origin) = (new float[(begin + steps) * Dims], observed.ToArray());
        for (var i = 0; i < begin * Dims; i++) values[i] = (float)origin[i];
        for (var step = 0; step < steps; step++)
        {
            for (var (joint, arm) = (0, 0); joint < Dims; joint++)
            {
                var number = actions[(step * Dims) + joint];
                var position = robot.Joints[joint].IsGripper ? Command(joint, number) : (mapping.Actions == ActionMeaning.JointPosition ? 0 : origin[joint]) + Scaled(arm++, number);
                if (mapping.Actions == ActionMeaning.JointStep) origin[joint] = position;
                values[((begin + step) * Dims) + joint] = (float)position;
            }
        }

        return values;
    }

    private float[] Poses(NdArray actions, int steps)
    {
        var values = new float[steps * Dims];
        var begin = new Pose(default, RotationMatrix.Identity);
        for (var (step, from) = (0, begin); step < steps; step++)
        {
            double At(int number) => actions[(step * Dims) + number];
            double Moved(int number) => Scaled(number, At(number));
            for (var i = 0; i < _grippers.Length; i++) values[(step * Dims) + ActionLayout.PoseNumbers + i] = (float)Command(_grippers[i], At(ActionLayout.PoseNumbers + i));
            if (!Enumerable.Range(0, ActionLayout.PoseNumbers).All(i => double.IsFinite(Moved(i))))
            {
                values.AsSpan(step * Dims, ActionLayout.PoseNumbers).Fill(float.NaN); // no turn is made of it: it would be none, and go unnoticed
                continue;
            }

            var pose = new PoseDelta(new(Moved(0), Moved(1), Moved(2)), new(Moved(3), Moved(4), Moved(5))).From(from);
            PoseDelta.Between(begin, pose).WriteTo(values.AsSpan(step * Dims));
            if (mapping.Actions == ActionMeaning.ToolPoseStep) from = pose;
        }

        return values;
    }
}
