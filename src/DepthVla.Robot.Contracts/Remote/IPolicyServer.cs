using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Time;

namespace DepthVla.Robot.Contracts.Remote;

/// <summary>A place where a robot may ask for a policy's sessions, whatever protocol is spoken there. Thread-safe.</summary>
public interface IPolicyServer : IDisposable
{
    /// <summary>Where it is.</summary>
    string Address { get; }

    /// <summary>What is served there to such a robot: the model that it names, or the first that fits it, or the first. One attempt.</summary>
    /// <param name="robot">What the robot offers, where that is known; rates of 0 are left to the policy.</param>
    /// <param name="clock">The robot's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ContractRefusedException">No model has the name that the robot wants.</exception>
    /// <exception cref="PolicyServiceException">It is not there, or refused.</exception>
    /// <exception cref="MalformedMessageException">Its answer means nothing.</exception>
    Task<PolicyInfo> DescribeAsync(RobotContract? robot, MonotonicClock clock, CancellationToken cancellationToken);

    /// <summary>Opens a session. One attempt.</summary>
    /// <param name="contract">What the robot promises and expects.</param>
    /// <param name="clock">The clock of the observations' times.</param>
    /// <param name="cancellationToken">Gives up opening; afterwards it has no effect.</param>
    /// <exception cref="ContractRefusedException">Robot and policy do not fit; lists every difference.</exception>
    /// <exception cref="PolicyServiceException">It is not there, or refused otherwise.</exception>
    /// <exception cref="MalformedMessageException">Its answer means nothing.</exception>
    Task<IPolicySession> OpenAsync(RobotContract contract, MonotonicClock clock, CancellationToken cancellationToken);
}
