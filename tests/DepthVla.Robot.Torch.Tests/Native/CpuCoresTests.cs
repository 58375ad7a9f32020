using DepthVla.Robot.Torch.Native;
using FsCheck.Xunit;

namespace DepthVla.Robot.Torch.Tests.Native;

public sealed class CpuCoresTests
{
    [Theory]
    [InlineData("0", new[] { 0 })]
    [InlineData("2-4", new[] { 2, 3, 4 })]
    [InlineData("6,0-1,1", new[] { 0, 1, 6 })]
    public void Parse_Lists_AreReadAsLinuxWritesThem(string text, int[] cores) => Assert.Equal(cores, CpuCores.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("3-1")]
    [InlineData("0-1-2")]
    [InlineData("-1")]
    [InlineData("1024")]
    [InlineData("0,,1")]
    public void Parse_AnythingElse_IsNone(string text) => Assert.Null(CpuCores.Parse(text));

    [Property]
    public bool Parse_AnyText_NeverThrows(string text) => CpuCores.Parse(text ?? "") is null or { Count: > 0 };

    [Fact]
    public void Pin_KeepsTheThreadAndNoOther()
    {
        var core = CpuCores.Allowed[^1];
        IReadOnlyList<int>? own = null;
        var thread = new Thread(() =>
        {
            CpuCores.Pin([core]);
            own = CpuCores.OfThisThread;
        });
        thread.Start();
        thread.Join();
        Assert.Equal([core], own!);
        Assert.Equal(CpuCores.Allowed, CpuCores.OfThisThread);
    }

    [Fact]
    public void Pin_CoresThatAreNotThere_SaysWhichAre()
    {
        var refused = Assert.Throws<TorchException>(() => CpuCores.Pin([1023]));
        Assert.Contains($"this process may use {string.Join(',', CpuCores.Allowed)}", refused.Message, StringComparison.Ordinal);
    }
}
