using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;

namespace DepthVla.Robot.Control.Tests.Fakes;

/// <summary>Asks an arm for the worst: what is not a number, what lies beyond, at and just inside the limits, jumps, waves, and changes of mind.</summary>
internal sealed class Adversary(Random random, RobotDescription robot)
{
    private static readonly double[] Bad = [double.NaN, double.PositiveInfinity, double.NegativeInfinity];
    private static readonly double[] Huge = [1e300, -1e300, double.MaxValue, -double.MaxValue, 1e9, -1e9, double.Epsilon];

    private readonly JointVector _none = JointVector.Zero(robot.Joints.Length);
    private JointVector _goal = JointVector.Zero(robot.Joints.Length);
    private int _mood;
    private int _left;

    /// <summary>The next target, or null for a hold.</summary>
    public (JointVector Positions, JointVector Velocities)? Next(int tick)
    {
        if (_left-- == 0) (_mood, _left) = (random.Next(9), random.Next(1, 120));
        var (positions, velocities) = (_goal, _none);
        for (var j = 0; j < positions.Count; j++)
        {
            var joint = robot.Joints[j];
            var (low, high) = (joint.MinPosition, joint.MaxPosition);
            switch (_mood)
            {
                case 0: return null;
                case 1: positions[j] = random.Next(4) == 0 ? Bad[random.Next(3)] : low; break;
                case 2: (positions[j], velocities[j]) = (high, random.Next(4) == 0 ? Bad[random.Next(3)] : Huge[random.Next(7)]); break;
                case 3: positions[j] = Huge[random.Next(7)]; break;
                case 4: positions[j] = (tick & 1) == 0 ? low : high; break;
                case 5: (positions[j], velocities[j]) = (random.Next(2) == 0 ? low : high, joint.MaxVelocity * random.Next(-2, 3)); break;
                case 6: positions[j] = (_left & 31) == 0 ? Arms.Uniform(random, low, high) : _goal[j]; break;
                case 7: positions[j] = j % 2 == 0 ? Math.BitIncrement(high) : Math.BitDecrement(low); break;
                default:
                    var (w, half) = (0.05 / (1 + j), (high - low) / 2);
                    positions[j] = low + half * (1 + 1.2 * Math.Sin(w * tick));
                    velocities[j] = half * 1.2 * w * Math.Cos(w * tick) * 500;
                    break;
            }
        }

        if (_mood == 6) _goal = positions;
        return (positions, velocities);
    }
}
