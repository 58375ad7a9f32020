using System.Runtime.CompilerServices;

namespace DepthVla.Robot.Simulation.MuJoCo;

/// <summary>Reads back a tiny model whose every number is known: a wrong struct table shows here, not as a strange movement.</summary>
internal static class SelfCheck
{
    private const double TimeStep = 0.00390625, Mass = 0.5;

    private static readonly double[] Gravity = [1, -2, -8];

    private const string Probe = """
        <mujoco>
          <compiler angle="radian"/>
          <option timestep="0.00390625" gravity="1 -2 -8"/>
          <visual><map znear="0.25" zfar="16"/></visual>
          <statistic extent="2"/>
          <worldbody>
            <camera name="eye" pos="0.5 0.25 2" fovy="33"/>
            <body name="arm" pos="0.125 0.25 0.5">
              <joint name="hinge" type="hinge" axis="0 0 1" limited="true" range="-0.5 0.75"/>
              <geom type="sphere" size="0.0625" mass="0.25" contype="0" conaffinity="0"/>
              <site name="tip" pos="0 0.5 0"/>
            </body>
            <body name="stone" pos="3 4 5">
              <freejoint name="free"/>
              <geom type="sphere" size="0.0625" mass="0.5" contype="0" conaffinity="0"/>
            </body>
          </worldbody>
          <actuator><position name="servo" joint="hinge" kp="8"/></actuator>
        </mujoco>
        """;

    /// <exception cref="SimulatorUnavailableException">Some number does not come back as it was written.</exception>
    public static void Run(Layout layout)
    {
        using var model = MjModel.Load(Probe, layout);
        Same(8, model.PositionCount);
        Same(7, model.VelocityCount);
        Same(1, model.ActuatorCount);
        Same(3, model.BodyCount);
        Same(TimeStep, model.TimeStep);
        Same(Gravity, model.Gravity);
        Same((0.5, 32), model.ClipPlanes);
        Same([0, 3, 4, 5, 1, 0, 0, 0], model.InitialPositions);
        var free = model.Joint("free");
        Same(1, model.PositionAddress(free));
        Same(1, model.VelocityAddress(free));
        Same(free, model.FirstJoint(model.Body("stone")));
        Same((-0.5, 0.75), model.Range(model.Joint("hinge")));
        Same(33, model.FieldOfView(model.Camera("eye")));

        using var data = new MjData(model);
        data.Update();
        Same([0.125, 0.75, 0.5], data.SitePosition(model.Site("tip")));
        Same([1, 0, 0, 0, 1, 0, 0, 0, 1], data.SiteMatrix(model.Site("tip")));
        Same([3, 4, 5], data.BodyPosition(model.Body("stone")));
        Same([1, 0, 0, 0, 1, 0, 0, 0, 1], data.BodyMatrix(model.Body("stone")));
        Same([0.5, 0.25, 2], data.CameraPosition(model.Camera("eye")));
        Same([1, 0, 0, 0, 1, 0, 0, 0, 1], data.CameraMatrix(model.Camera("eye")));
        Same([-Mass * Gravity[0], -Mass * Gravity[1], -Mass * Gravity[2]], data.BiasForces.Slice(1, 3));

        // Upheld against gravity, the stone stays; told to turn, the arm turns.
        data.BiasForces.CopyTo(data.AppliedForces);
        data.Controls[model.Actuator("servo")] = 0.25;
        data.Integrate();
        data.Update();
        Same(TimeStep, data.Time);
        Same([3, 4, 5], data.Positions.Slice(1, 3));
        Same([20], data.Velocities[..1]); // 8 × 0.25 N·m on a ball's 0.4 m r²
        Same([20 * TimeStep], data.Positions[..1]);
    }

    private static void Same<T>(T expected, T actual, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual)) throw Wrong(what, $"{expected}", $"{actual}");
    }

    private static void Same(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, [CallerArgumentExpression(nameof(actual))] string what = "")
    {
        for (var i = 0; i < expected.Length; i++)
            if (!(Math.Abs(expected[i] - actual[i]) <= 1e-9)) throw Wrong($"{what}[{i}]", $"{expected[i]}", $"{actual[i]}");
    }

    private static SimulatorUnavailableException Wrong(string what, string expected, string actual) =>
        new($"The MuJoCo library does not match its struct table: {what} should be {expected}, read {actual}. " +
            "Is it an unmodified release build? Otherwise generate the table anew with MuJoCo/Layouts/gen_layout.c and its own headers.");
}
