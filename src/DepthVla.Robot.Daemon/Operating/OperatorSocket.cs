using System.Net.Sockets;

namespace DepthVla.Robot.Daemon.Operating;

/// <summary>The socket cannot be listened on; the message says why, and what to do.</summary>
internal sealed class OperatorSocketException(string message) : Exception(message);

/// <summary>Where a daemon listens to its operator: a Unix socket that its user alone may use.</summary>
internal static class OperatorSocket
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Takes a path, where no daemon listens there; what one left that was killed is removed. The file goes with the socket.</summary>
    /// <returns>Listening: a connection waits until somebody takes it.</returns>
    /// <exception cref="OperatorSocketException">The path cannot be used.</exception>
    public static Socket Listen(string path)
    {
        if (IsAnswered(path)) throw new OperatorSocketException($"OperatorSocket: a daemon listens at {path} already; end it, or give this robot another --robot-id or --operator-socket");
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (File.Exists(path)) RemoveLeft(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, Own); // before anybody can connect
            listener.Listen();
            return listener;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
            throw new OperatorSocketException($"OperatorSocket: cannot listen at {path}: {e.Message}; say --operator-socket PATH, in a folder that is yours");
        }
    }

    private static bool IsAnswered(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // A socket is there, and cannot be opened as a file can.
    private static void RemoveLeft(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
        }
        catch (IOException)
        {
            File.Delete(path);
            return;
        }

        throw new IOException("it is no socket");
    }
}
