using System.Globalization;

namespace DepthVla.Robot.Simulation.Referee;

/// <summary>A physics log as a table: one row a step, one column a number, SI units.</summary>
public static class PhysicsCsv
{
    /// <summary>Writes a heading and a row a step.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="log">Steps in order of time.</param>
    /// <param name="joints">The joints' names, in order.</param>
    public static void Write(TextWriter writer, ReadOnlySpan<PhysicsSample> log, IReadOnlyList<string> joints)
    {
        WriteHeading(writer, joints);
        WriteRows(writer, log, joints.Count);
    }

    /// <summary>The heading alone, for a log that comes in parts.</summary>
    public static void WriteHeading(TextWriter writer, IReadOnlyList<string> joints)
    {
        var columns = new List<string> { "time_ns", "episode", "command_number" };
        foreach (var group in (ReadOnlySpan<string>)["commanded", "position", "velocity"]) columns.AddRange(joints.Select(joint => $"{group}_{joint}"));
        columns.AddRange(["tool_x", "tool_y", "tool_z"]);
        writer.WriteLine(string.Join(',', columns));
    }

    /// <summary>A row a step, of so many joints.</summary>
    public static void WriteRows(TextWriter writer, ReadOnlySpan<PhysicsSample> log, int joints)
    {
        foreach (ref readonly var sample in log)
        {
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{sample.TimeNs},{sample.Episode},{sample.CommandNumber}"));
            foreach (var vector in (ReadOnlySpan<Core.Joints.JointVector>)[sample.Commanded, sample.Positions, sample.Velocities])
                for (var j = 0; j < joints; j++) WriteNumber(writer, j < vector.Count ? vector[j] : double.NaN);
            foreach (var value in (ReadOnlySpan<double>)[sample.Tool.X, sample.Tool.Y, sample.Tool.Z]) WriteNumber(writer, value);
            writer.WriteLine();
        }
    }

    // The shortest text that reads back to the same number.
    private static void WriteNumber(TextWriter writer, double value)
    {
        writer.Write(',');
        writer.Write(value.ToString("R", CultureInfo.InvariantCulture));
    }
}
