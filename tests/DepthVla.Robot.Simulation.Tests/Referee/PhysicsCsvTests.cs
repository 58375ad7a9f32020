using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Simulation.Referee;

namespace DepthVla.Robot.Simulation.Tests.Referee;

public sealed class PhysicsCsvTests
{
    [Fact]
    public void Write_OneStep_IsAHeadingAndARow()
    {
        using var text = new StringWriter { NewLine = "\n" };
        var sample = new PhysicsSample
        {
            TimeNs = 5, Episode = 1, CommandNumber = 3, Commanded = JointVector.From([0.1, double.NaN]),
            Positions = JointVector.From([0.25, -3]), Velocities = JointVector.From([1e-9, 2]), Tool = new(1, 2.5, -3),
        };

        PhysicsCsv.Write(text, [sample], ["a", "b"]);

        Assert.Equal(
            "time_ns,episode,command_number,commanded_a,commanded_b,position_a,position_b,velocity_a,velocity_b,tool_x,tool_y,tool_z\n" +
            "5,1,3,0.1,NaN,0.25,-3,1E-09,2,1,2.5,-3\n",
            text.ToString());
    }
}
