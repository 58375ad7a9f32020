using System.Collections.Concurrent;
using DepthVla.Robot.Core.Cameras;
using DepthVla.Robot.Imaging.Codecs;
using DepthVla.Robot.Imaging.Drawing;
using DepthVla.Robot.Imaging.Frames;
using DepthVla.Robot.Server.Sessions;

namespace DepthVla.Robot.Server.Dashboard;

/// <summary>What robots see, and the depth predicted in it, for those who look. Nothing is kept, decoded or painted until then, and never two at once.</summary>
internal sealed class Pictures(Admission admission) : IDisposable
{
    // A page asks every second or two; who closes it costs no more depth after this.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);
    private readonly ConcurrentDictionary<(string Robot, string Camera), (long Sequence, byte[] Jpeg)> _made = new();

    /// <summary>A camera's last picture as JPEG; null where there is none. What the robot compressed is passed on as it came.</summary>
    public async Task<ReadOnlyMemory<byte>?> CameraAsync(string robot, string camera, CancellationToken stop)
    {
        var seen = Find(robot)?.Activity.Seen;
        if (seen?.Frames.FirstOrDefault(frame => frame.Camera == camera) is not { } frame) return null;
        if (frame.Encoding == ImageEncoding.Jpeg) return frame.Data;
        return await MakeAsync((robot, camera), seen.Sequence, () => JpegCodec.Encode(FrameDecoder.Decode(frame)), stop);
    }

    /// <summary>The depth predicted last for a camera as JPEG, and one more soon; null where there is none yet.</summary>
    public async Task<ReadOnlyMemory<byte>?> DepthAsync(string robot, string camera, CancellationToken stop)
    {
        if (Find(robot) is not { Model.Policy.HasDepth: true, Activity: var doing }) return null;
        doing.WantDepth(Look);
        if (doing.Depth is not { } depth || depth.Maps.FirstOrDefault(map => map.Camera == camera) is not { } map) return null;
        return await MakeAsync((robot, "depth of " + camera), depth.Sequence, () => JpegCodec.Encode(DepthColors.Paint(map.Metres.Span, map.Width, map.Height)), stop);
    }

    public void Dispose() => _one.Dispose();

    private RobotSession? Find(string robot) => admission.Robots.FirstOrDefault(session => session.Contract.RobotId == robot);

    // However many look, each picture is made once, and one after the other.
    private async Task<byte[]> MakeAsync((string Robot, string Camera) key, long sequence, Func<byte[]> make, CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            if (_made.TryGetValue(key, out var made) && made.Sequence == sequence) return made.Jpeg;
            foreach (var gone in _made.Keys.Where(known => Find(known.Robot) is null)) _made.TryRemove(gone, out _);
            var jpeg = make();
            _made[key] = (sequence, jpeg);
            return jpeg;
        }
        finally
        {
            _one.Release();
        }
    }
}
