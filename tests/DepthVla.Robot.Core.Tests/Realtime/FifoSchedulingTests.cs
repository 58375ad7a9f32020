using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using DepthVla.Robot.Core.Realtime;

namespace DepthVla.Robot.Core.Tests.Realtime;

public sealed class FifoSchedulingTests
{
    private const int InvalidArgument = 22, Normal = 0;

    [Fact]
    public void TryEnter_PriorityThatMayBe_SaysWhatTheKernelSays()
    {
        var (entered, granted) = OnAThread(() => (FifoScheduling.TryEnter(1), FifoScheduling.IsGranted));
        Assert.Equal(granted, entered);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void TryEnter_ImpossiblePriority_ChangesNothingAndSaysWhy(int priority)
    {
        var (entered, error, granted) = OnAThread(() => (FifoScheduling.TryEnter(priority), Marshal.GetLastPInvokeError(), FifoScheduling.IsGranted));
        Assert.Equal((false, InvalidArgument, false), (entered, error, granted));
    }

    [Fact]
    public void TryEnter_Granted_ThreadsAndProcessesItStartsAreNormal()
    {
        var (entered, inherited, process, granted) = OnAThread(() => (FifoScheduling.TryEnter(1), OnAThread(() => FifoScheduling.IsGranted), PolicyOfAProcess(), FifoScheduling.IsGranted));
        Assert.SkipUnless(entered, "needs CAP_SYS_NICE or an rtprio limit");
        Assert.Equal((false, Normal, true), (inherited, process, granted));
    }

    // proc(5): the 41st field of its stat, of which the second, in brackets, is its name.
    private static int PolicyOfAProcess()
    {
        using var started = Process.Start(new ProcessStartInfo("cat", "/proc/self/stat") { RedirectStandardOutput = true })!;
        var stat = started.StandardOutput.ReadToEnd();
        started.WaitForExit();
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[41 - 3], CultureInfo.InvariantCulture);
    }

    // Scheduling belongs to a thread: a thread of its own leaves the test runner's as they are.
    private static T OnAThread<T>(Func<T> work)
    {
        var result = default(T)!;
        var thread = new Thread(() => result = work());
        thread.Start();
        thread.Join();
        return result;
    }
}
