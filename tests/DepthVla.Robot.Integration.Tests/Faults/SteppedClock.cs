using System.Diagnostics;

namespace DepthVla.Robot.Integration.Tests.Faults;

/// <summary>A wall clock that a test steps for the processes that are told of it: a library that the loader puts before the C library's.</summary>
internal sealed class SteppedClock
{
    private const string Source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/time.h>
        #include <time.h>

        static volatile long *step_file;

        static long step(void)
        {
            if (!step_file) step_file = mmap(0, sizeof(long), PROT_READ, MAP_SHARED, open(getenv("STEPPED_CLOCK"), O_RDONLY), 0);
            return *step_file;
        }

        int clock_gettime(clockid_t id, struct timespec *now)
        {
            int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
            int result = real(id, now);
            if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) now->tv_sec += step();
            return result;
        }

        int gettimeofday(struct timeval *now, void *zone)
        {
            int (*real)(struct timeval *, void *) = dlsym(RTLD_NEXT, "gettimeofday");
            int result = real(now, zone);
            now->tv_sec += step();
            return result;
        }
        """;

    private readonly string _file, _library;

    private SteppedClock(string folder) => (_file, _library) = (Path.Combine(folder, "clock-step"), Path.Combine(folder, "clock-step.so"));

    /// <summary>What a process must find in its environment.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string> { ["LD_PRELOAD"] = _library, ["STEPPED_CLOCK"] = _file };

    /// <summary>Makes one; null where there is no C compiler.</summary>
    public static async Task<SteppedClock?> TryMakeAsync(string folder)
    {
        var clock = new SteppedClock(folder);
        clock.Step(TimeSpan.Zero);
        var source = Path.Combine(folder, "clock-step.c");
        await File.WriteAllTextAsync(source, Source);
        try
        {
            using var compiler = Process.Start("cc", ["-shared", "-fPIC", "-O1", "-o", clock._library, source, "-ldl"]);
            await compiler.WaitForExitAsync();
            Assert.Equal(0, compiler.ExitCode);
            return clock;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>From now on the clock shows so much more than it is.</summary>
    public void Step(TimeSpan by)
    {
        using var file = new FileStream(_file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(BitConverter.GetBytes((long)by.TotalSeconds));
    }
}
