using System.Text.Json;
using DepthVla.Robot.Server.Auditing;
using DepthVla.Robot.Server.Tests.Running;
using DepthVla.Robot.Server.Trust;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging.Abstractions;

namespace DepthVla.Robot.Server.Tests.Auditing;

public sealed class AuditLogTests : IDisposable
{
    private readonly Fleet _fleet = new();

    public void Dispose() => _fleet.Dispose();

    [Fact]
    public void Refused_TextWithLinesOfItsOwn_StaysOneLine()
    {
        using (var audit = Open(TimeProvider.System))
        {
            audit.Refused(new("/a\n{\"act\":\"admin\"}", "10.0.0.7"), Caller.Anybody, StatusCode.PermissionDenied, "R", "robot '\r\n\u2028{}\"'");
        }

        var line = Assert.Single(_fleet.Audit());
        Assert.Equal(("refused", "/a\n{\"act\":\"admin\"}", "PERMISSION_DENIED"), (Fleet.Text(line, "act"), Fleet.Text(line, "method"), Fleet.Text(line, "status")));
        Assert.Single(File.ReadAllLines(_fleet.AuditFile));
    }

    [Fact]
    public void Refused_AgainAndAgain_IsWrittenSoOftenAndThenCounted()
    {
        var time = TestTime.Standing();
        using var audit = Open(time);
        for (var i = 0; i < 100; i++) audit.Refused(new("/a", "10.0.0.7"), null, StatusCode.Unauthenticated, "R", "m");
        audit.Refused(new("/a", "10.0.0.8"), null, StatusCode.Unauthenticated, "R", "m"); // another is not hidden by that
        Assert.Equal(RefusalRate.AtOnce + 1, _fleet.Audit().Length);
        time.Advance(TimeSpan.FromSeconds(3));
        audit.Refused(new("/a", "10.0.0.7"), null, StatusCode.Unauthenticated, "R", "m");
        Assert.Equal(100 - RefusalRate.AtOnce, _fleet.Audit()[^1].GetProperty("omitted").GetInt64());
    }

    [Fact]
    public void TryTake_MorePeersThanAnybodyHas_StaysBounded()
    {
        var rate = new RefusalRate(TestTime.Standing());
        var written = Enumerable.Range(0, 10 * RefusalRate.MaxKinds).Count(i => rate.TryTake($"{i}", out _));
        Assert.Equal(RefusalRate.MaxKinds + RefusalRate.AtOnce, written);
    }

    [Fact]
    public void Open_NewFile_IsItsOwnersAlone_AndAnOldOneIsWrittenOn()
    {
        if (OperatingSystem.IsWindows()) return;
        AuditLog.Open(_fleet.AuditFile).Dispose();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_fleet.AuditFile));
        File.WriteAllText(_fleet.AuditFile, "{\"act\":\"before\"}\n");
        using (var audit = Open(TimeProvider.System)) audit.Reloaded("tokens.json", fault: null);
        Assert.Equal(["before", "reloaded"], _fleet.Audit().Select(line => Fleet.Text(line, "act")));
    }

    [Fact]
    public async Task Call_OfTheScopeAdmin_IsWrittenDown()
    {
        await using var server = await RunningServer.StartAsync(new HoldPolicy(), options => _fleet.Secure(options), map: app => app.MapPost("/models/promote", () => "done").NeedsScope(Scope.Admin));
        using var http = Fleet.Http(server.App.Urls.Last(), Fleet.AdminToken);
        Assert.True((await http.PostAsync(new Uri("/models/promote", UriKind.Relative), null, TestContext.Current.CancellationToken)).IsSuccessStatusCode);
        var line = await _fleet.AuditedAsync("admin");
        Assert.Equal(("operator", "token", "/models/promote", "127.0.0.1"), (Fleet.Text(line, "caller"), Fleet.Text(line, "known_by"), Fleet.Text(line, "method"), Fleet.Text(line, "from")));
        Assert.Equal(JsonValueKind.String, line.GetProperty("time").ValueKind);
    }

    private AuditLog Open(TimeProvider time) => new(_fleet.AuditFile, time, NullLoggerFactory.Instance);
}
