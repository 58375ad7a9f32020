using DepthVla.Robot.Contracts.Errors;
using DepthVla.Robot.Contracts.Trust;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Core.Robots;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.OpenPi.Mapping;
using DepthVla.Robot.OpenPi.Remote;
using DepthVla.Robot.Server.Tests.Running;

namespace DepthVla.Robot.Server.Tests.OpenPi;

/// <summary>A robot's way to a policy by openpi's protocol over TLS: the same files make server and robot known to each other as by gRPC.</summary>
public sealed class OpenPiTrustTests : IDisposable
{
    private readonly Fleet _fleet = new();

    public void Dispose() => _fleet.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Describe_TokenOrCertificate_IsAnswered(bool byToken)
    {
        await using var server = await StartAsync();
        var policy = await DescribeAsync(server, byToken ? _fleet.Client(token: Fleet.RobotToken) : _fleet.Client(_fleet.Authority.Client("O=infer, CN=robot-1")));
        Assert.Equal("hold", policy.Name);
        Assert.Empty(_fleet.Audit());
    }

    [Fact]
    public async Task Describe_Nobody_IsRefused()
    {
        await using var server = await StartAsync();
        Assert.Contains("401", (await RefusedAsync(server, _fleet.Client())).Message, StringComparison.Ordinal);
        await _fleet.AuditedAsync("refused", Reasons.CredentialsMissing);
    }

    [Fact]
    public async Task Describe_ServerOfAnotherAuthority_IsNotSpokenTo()
    {
        using var stranger = new Authority(_fleet.Folder, "stranger");
        await using var server = await StartAsync();
        var refused = await RefusedAsync(server, _fleet.Client(token: Fleet.RobotToken) with { AuthoritiesFile = stranger.File });
        Assert.Contains("certificate was rejected", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_fleet.Audit()); // the token never left
    }

    [Fact]
    public async Task Describe_TokenInClearTextToAnotherMachine_NeverLeaves()
    {
        using var remote = Remote("ws://192.0.2.1:8000", _fleet.Client(token: Fleet.RobotToken));
        await Assert.ThrowsAsync<ArgumentException>(() => remote.DescribeAsync(null, MonotonicClock.System, TestContext.Current.CancellationToken).Soon());
    }

    private Task<RunningServer> StartAsync() => RunningServer.StartAsync(new HoldPolicy(), options => _fleet.Secure(options) with { OpenpiPort = 0 });

    private static Task<PolicyUnavailableException> RefusedAsync(RunningServer server, ServiceCredentials credentials) =>
        Assert.ThrowsAsync<PolicyUnavailableException>(() => DescribeAsync(server, credentials));

    private static async Task<PolicyInfo> DescribeAsync(RunningServer server, ServiceCredentials credentials)
    {
        using var remote = Remote(OpenPiSocket.Address(server).ToString(), credentials);
        return await remote.DescribeAsync(null, MonotonicClock.System, TestContext.Current.CancellationToken).Soon();
    }

    private static OpenPiPolicyServer Remote(string address, ServiceCredentials credentials) => new(
        address,
        new() { Images = [], State = [("state", [StatePart.Joints])], Prompt = "prompt", Actions = ActionMeaning.JointPosition, Steps = 4, StepRateHz = 10 },
        new RobotDescription { Name = "waist", Joints = [new("waist", JointUnit.Radian, -3, 3, 1, 4)], Chain = [], Tool = default, Workspace = new(new(-1, -1, -1), new(1, 1, 1)) },
        credentials);
}
