using DepthVla.Robot.Core.Kinematics;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Simulation.Arms;

namespace DepthVla.Robot.Daemon.Tests.ClosedLoop;

/// <summary>Waves the arm to and fro, and tells the depth below its tool of a block that rises under it, stays, and sinks again.</summary>
/// <param name="heights">How high the top of the block is, m, in turn.</param>
/// <param name="everyNs">How long each, ns.</param>
internal sealed class RisingObstaclePolicy(double[] heights, long everyNs) : IPolicy
{
    private const int Side = 16;

    private static readonly double[] Left = [0.5, -0.2, 0.4, 0, 1.3, 0, 0.036], Right = [-0.5, -0.2, 0.4, 0, 1.3, 0, 0.036];
    private static readonly SerialChain Chain = new(Wx250s.Description);

    private readonly SteeringPolicy _waving = new([Left, Right], 700_000_000);
    private long? _sinceNs;

    public PolicyInfo Info => _waving.Info with { HasDepth = true };

    /// <summary>Which height it was at when, robot clock.</summary>
    public List<(long TimeNs, int Height)> Told { get; } = [];

    public async ValueTask<ActionChunk> InferAsync(Observation observation, CancellationToken cancellationToken)
    {
        _sinceNs ??= observation.CaptureTimeNs;
        var height = (int)Math.Min((observation.CaptureTimeNs - _sinceNs.Value) / everyNs, heights.Length - 1);
        Told.Add((observation.CaptureTimeNs, height));
        var gap = Math.Max(0.005, Chain.Tool(observation.Proprioception).Position.Z - heights[height]);
        var map = Enumerable.Range(0, Side * Side).Select(i => (float)(gap + 0.0002 * i)).ToArray();   // leans a little, as all that is seen
        var chunk = await _waving.InferAsync(observation, cancellationToken);
        Assert.True(observation.WantDepth);
        return chunk with { Depth = [.. Info.Cameras.Select(camera => new DepthMap(camera, Side, Side, map))] };
    }
}
