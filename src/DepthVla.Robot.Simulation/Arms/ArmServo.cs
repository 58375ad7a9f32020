using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Simulation.MuJoCo;

namespace DepthVla.Robot.Simulation.Arms;

/// <summary>The arm's own electronics: position control of every joint, with the arm's weight carried. Real-time safe.</summary>
/// <remarks>
/// Motor force = stiffness × (goal - position) + damping × (goal's rate - velocity) + what gravity and inertia pull. Without the goal's rate
/// the arm would lag a moving goal by damping ÷ stiffness × speed. MuJoCo cuts the force off at the motor's strength. A command far away, as after a
/// pause of the bus or of this world's clock, is gone for no faster than the joints are built for.
/// </remarks>
internal sealed class ArmServo
{
    // Steps and commands are not in step: now and then one command is seen twice and the next not at all. Smoothed over 10 ms, that does no harm.
    private const double RateSmoothing = 0.010;

    // Of the published speed: what is left is for overshoot.
    private const double ProfileShare = 0.9;

    private const string LeftFinger = "left_finger", RightFinger = "right_finger";

    private readonly MjData _data;
    private readonly double _dt;
    private readonly int[] _position, _velocity, _motor;
    private readonly int _otherFinger, _otherFingerVelocity;

    private JointVector _goal, _goalRate;

    public ArmServo(MjData data)
    {
        _data = data;
        _dt = data.Model.TimeStep;

        // The gripper is two fingers: the motor drives the left one, which the right one mirrors.
        var (model, joints) = (data.Model, Wx250s.Description.Joints);
        var ids = joints.Select(joint => model.Joint(joint.IsGripper ? LeftFinger : joint.Name)).ToArray();
        _position = [.. ids.Select(model.PositionAddress)];
        _velocity = [.. ids.Select(model.VelocityAddress)];
        _motor = [.. joints.Select(joint => model.Actuator(joint.Name))];
        var other = model.Joint(RightFinger);
        (_otherFinger, _otherFingerVelocity) = (model.PositionAddress(other), model.VelocityAddress(other));
    }

    /// <summary>Puts the arm somewhere at rest, without a movement; rad or m.</summary>
    public void Place(in JointVector positions)
    {
        (_goal, _goalRate) = (positions, JointVector.Zero(positions.Count));
        for (var j = 0; j < _motor.Length; j++)
        {
            _data.Positions[_position[j]] = positions[j];
            _data.Velocities[_velocity[j]] = 0;
        }
        _data.Positions[_otherFinger] = positions[_motor.Length - 1];
        _data.Velocities[_otherFingerVelocity] = 0;
    }

    /// <summary>Sets the motors' forces for one step towards <paramref name="goal"/>; rad or m, cut to the joints' range.</summary>
    public void Drive(in JointVector goal)
    {
        var joints = Wx250s.Description.Joints.AsSpan();
        for (var j = 0; j < _motor.Length; j++)
        {
            var gain = ServoGain.Wx250s[j];
            var furthest = ProfileShare * Wx250s.Hardware[j].MaxVelocity * _dt;
            var wanted = Math.Clamp(Math.Clamp(goal[j], joints[j].MinPosition, joints[j].MaxPosition), _goal[j] - furthest, _goal[j] + furthest);
            _goalRate[j] += (((wanted - _goal[j]) / _dt) - _goalRate[j]) * _dt / (_dt + RateSmoothing);
            _goal[j] = wanted;

            _data.Controls[_motor[j]] = (gain.Stiffness * (wanted - _data.Positions[_position[j]]))
                + (gain.Damping * (_goalRate[j] - _data.Velocities[_velocity[j]]))
                + _data.BiasForces[_velocity[j]];
        }
        _data.AppliedForces[_otherFingerVelocity] = _data.BiasForces[_otherFingerVelocity];
    }

    /// <summary>Sets the motors' forces for one step in which they carry the arm's weight and no more, as for a hand that leads it.</summary>
    /// <param name="hand">What a hand does to the joints, N·m or N.</param>
    public void Float(in JointVector hand)
    {
        for (var j = 0; j < _motor.Length; j++)
        {
            (_goal[j], _goalRate[j]) = (_data.Positions[_position[j]], 0);   // from where the arm then is
            _data.Controls[_motor[j]] = hand[j] + _data.BiasForces[_velocity[j]];
        }
        _data.AppliedForces[_otherFingerVelocity] = _data.BiasForces[_otherFingerVelocity];
    }

    /// <summary>What the encoders say, rad or m, and the motors' currents, N·m or N.</summary>
    public JointState Measure(long timeNs)
    {
        var (positions, velocities, efforts) = (JointVector.Zero(_motor.Length), JointVector.Zero(_motor.Length), JointVector.Zero(_motor.Length));
        for (var j = 0; j < _motor.Length; j++)
        {
            positions[j] = _data.Positions[_position[j]];
            velocities[j] = _data.Velocities[_velocity[j]];
            efforts[j] = _data.MotorForces[_motor[j]];
        }
        return new(timeNs, positions, velocities, efforts);
    }
}
