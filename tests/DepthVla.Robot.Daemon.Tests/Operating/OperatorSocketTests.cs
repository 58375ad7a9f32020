using System.Net.Sockets;
using System.Runtime.Versioning;
using DepthVla.Robot.Daemon.Operating;

namespace DepthVla.Robot.Daemon.Tests.Operating;

[SupportedOSPlatform("linux")]
public sealed class OperatorSocketTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("depthvla-socket-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "operator.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Listen_FreePath_IsItsUsersAloneAndGoesWithTheSocket()
    {
        using (OperatorSocket.Listen(Path)) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public void Listen_TakenPath_IsRefusedAndTheFirstGoesOn()
    {
        using var first = OperatorSocket.Listen(Path);
        Assert.Contains("already", Assert.Throws<OperatorSocketException>(() => OperatorSocket.Listen(Path)).Message, StringComparison.Ordinal);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(Path));
        Assert.True(File.Exists(Path));
    }

    [Fact]
    public void Listen_FileThatIsNoSocket_IsRefusedAndLeftAlone()
    {
        File.WriteAllText(Path, "precious");
        Assert.Contains("no socket", Assert.Throws<OperatorSocketException>(() => OperatorSocket.Listen(Path)).Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(Path));
    }

    [Fact]
    public void Listen_FolderThatIsNotThere_SaysWhatToDo() =>
        Assert.Contains("--operator-socket", Assert.Throws<OperatorSocketException>(() => OperatorSocket.Listen("/no/such/folder/operator.sock")).Message, StringComparison.Ordinal);
}
