using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using DepthVla.Robot.Contracts.Mapping;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Daemon.Options;
using DepthVla.Robot.Recording.Mcap;
using DepthVla.Robot.Settings;
using Google.Protobuf;

namespace DepthVla.Robot.Daemon.Flights;

/// <summary>What a flight says of itself: why it was written, what was agreed, which model, what was chosen, which arm, which software and machine.</summary>
internal static class FlightMetadata
{
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithFormatDefaultValues(true));

    public static IEnumerable<McapMetadata> Of(
        string cause, DateTimeOffset now, long epochNs, long tooLarge, DaemonOptions options, RobotContract contract, RobotDescription robot, PolicyInfo? policy)
    {
        yield return new("flight", Values(
            ("cause", cause), ("written_utc", now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
            ("utc_minus_robot_clock_ns", epochNs.ToString(CultureInfo.InvariantCulture)), ("messages_too_large", tooLarge.ToString(CultureInfo.InvariantCulture))));
        yield return new("contract", Fields(Json.Format(contract.ToWire())));
        if (policy is not null) yield return new("model", Fields(Json.Format(policy.ToWire())));
        yield return new("options", Options(options));
        yield return new("robot", Fields(JsonSerializer.Serialize(robot, FlightJson.Default.RobotDescription)));
        yield return new("software", Values(("program", "depthvla-daemon"), ("version", ProgramOptions.Version), ("runtime", RuntimeInformation.FrameworkDescription)));
        yield return new("machine", Values(
            ("name", Environment.MachineName), ("system", RuntimeInformation.OSDescription), ("architecture", $"{RuntimeInformation.ProcessArchitecture}"),
            ("processors", $"{Environment.ProcessorCount}")));
    }

    // What the operator chose, without passwords, as flights are handed around; what the arm is after that is under "robot".
    private static ImmutableSortedDictionary<string, string> Options(DaemonOptions options) => Values(
        ("server", Addresses.WithoutUser(options.Server)), ("arm", options.Arm.Name), ("robot_file", options.RobotFile.Path), ("robot_id", options.RobotId),
        ("task", options.Task), ("tasks", string.Join(',', options.Tasks)), ("instruction", options.Instruction), ("attempts", Text(options.Attempts)),
        ("first_seed", Text(options.FirstSeed)), ("seed", Text(options.Seed)), ("control_rate", Text(options.ControlRate)),
        ("observation_rate", Text(options.ObservationRate)), ("step_rate", Text(options.StepRate)), ("budget", Text(options.Budget.TotalSeconds)),
        ("max_state_age", Text(options.MaxStateAge.TotalSeconds)), ("cameras", string.Join(',', options.Cameras.Select(c => $"{c.Name}={Addresses.WithoutUser(c.Source)}"))),
        ("camera_fault", $"{options.CameraFault}"), ("seconds", Text(options.Seconds.TotalSeconds)), ("priority", Text(options.Priority)), ("start", $"{options.Start}"));

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static ImmutableSortedDictionary<string, string> Values(params (string Name, string Value)[] values) =>
        values.ToImmutableSortedDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);

    // A value that is no text stays JSON.
    private static ImmutableSortedDictionary<string, string> Fields(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToImmutableSortedDictionary(p => p.Name, p => p.Value.ToString(), StringComparer.Ordinal);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(RobotDescription))]
internal sealed partial class FlightJson : JsonSerializerContext;
