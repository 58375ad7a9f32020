using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Events;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Tests.Running;

namespace DepthVla.Robot.Server.Tests.Sessions;

/// <summary>A policy of tool poses: robots that offer them are served, others told what to change.</summary>
public sealed class ToolPoseTests
{
    private static readonly RobotContract Offering = TestRobot.Contract with { Actions = [ActionRepresentation.JointPosition, ActionRepresentation.ToolPoseDelta] };

    [Fact]
    public async Task Act_RobotThatOffersThem_IsServedStepsOfTheirWidth()
    {
        await using var server = await RunningServer.StartAsync(HoldPolicy.OfToolPoses());
        await using var session = await server.OpenAsync(Offering);
        await using var listener = new Listener(session);
        var observation = TestRobot.Observe(1);
        session.Post(observation);

        var chunk = Assert.IsType<ChunkArrived>(await listener.NextAsync()).Chunk;
        Assert.Equal((ActionRepresentation.ToolPoseDelta, 7, 2), (session.Policy.Actions, session.Policy.Dims, session.Policy.ExecuteSteps));
        Assert.Equal((7, 28), (chunk.Dims, chunk.Actions.Length));
        Assert.Equal(observation.CaptureTimeNs + chunk.StepPeriodNs, chunk.FirstStepTimeNs);
    }

    [Fact]
    public async Task Act_RobotThatOffersJointPositionsAlone_IsToldWhichFieldAndWhy()
    {
        await using var server = await RunningServer.StartAsync(HoldPolicy.OfToolPoses());
        var refused = await Assert.ThrowsAsync<ContractRefusedException>(() => server.OpenAsync(TestRobot.Contract));
        var violation = Assert.Single(refused.Violations);
        Assert.Equal("actions", violation.Field);
        Assert.Contains("expected ToolPoseDelta, got JointPosition; serve", violation.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Act_RobotThatOffersBoth_IsServedByAPolicyOfJointPositionsToo()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy());
        await using var session = await server.OpenAsync(Offering);
        Assert.Equal((ActionRepresentation.JointPosition, null), (session.Policy.Actions, session.Policy.ExecuteSteps));
    }

    [Fact]
    public async Task Act_StepsOfAnotherWidth_AreAFailureOfThePolicy()
    {
        var policy = HoldPolicy.OfToolPoses();
        policy.Scripts["fail"] = chunk => chunk with { Dims = 2, Actions = new float[8] };
        await using var server = await RunningServer.StartAsync(policy);
        await using var session = await server.OpenAsync(Offering);
        await using var listener = new Listener(session);
        session.Post(TestRobot.Observe(1, "fail"));

        Assert.Equal(UnansweredResult.Failed, Assert.IsType<ObservationUnanswered>(await listener.NextAsync()).Result);
    }
}
