using System.Collections.Immutable;
using DepthVla.Robot.Data.Episodes;

namespace DepthVla.Robot.Data.Tests.Running;

/// <summary>Episodes compared to the last bit, but for times, which are kept as float32.</summary>
internal static class Same
{
    public static void Frames(IReadOnlyList<EpisodeFrame> expected, IReadOnlyList<EpisodeFrame> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Assert.Equal((float)expected[i].Seconds, actual[i].Seconds);
            Assert.Equal(expected[i].Instruction, actual[i].Instruction);
            Assert.Equal(expected[i].State, actual[i].State);
            Assert.Equal(expected[i].Action, actual[i].Action);
            Assert.Equal(expected[i].Labels.Keys.Order(), actual[i].Labels.Keys.Order());
            foreach (var (name, values) in expected[i].Labels) Assert.Equal(values, actual[i].Labels[name]);
            Pictures(expected[i].Pictures, actual[i].Pictures);
            Pictures(expected[i].Depths, actual[i].Depths);
        }
    }

    private static void Pictures(ImmutableDictionary<string, ReadOnlyMemory<byte>> expected, ImmutableDictionary<string, ReadOnlyMemory<byte>> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (name, bytes) in expected) Assert.True(bytes.Span.SequenceEqual(actual[name].Span), $"{name} is another picture");
    }
}
