using System.ComponentModel;
using System.Runtime.InteropServices;
using DepthVla.Robot.Core.Time;
using Microsoft.Win32.SafeHandles;

namespace DepthVla.Robot.Drivers.Dynamixel.Serial;

/// <summary>A serial port of its own, raw bytes with 8 bits, no parity, 1 stop bit; a pseudo-terminal will do. One thread; Linux.</summary>
/// <remarks>Reading and writing never wait longer than they are told to and allocate nothing, until the port is lost.</remarks>
internal sealed class SerialPort : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly MonotonicClock _clock;
    private readonly string _path;

    private SerialPort(string path, SafeFileHandle file, MonotonicClock clock) => (_path, _file, _clock) = (path, file, clock);

    /// <summary>Bits a second.</summary>
    public int BaudRate { get; private set; }

    /// <summary>Opens <paramref name="path"/>, which nobody else may have open.</summary>
    /// <exception cref="SerialPortException">There is no such port, it is in use, or it does not do <paramref name="baudRate"/>.</exception>
    public static SerialPort Open(string path, int baudRate, MonotonicClock clock)
    {
        SafeFileHandle file;
        do file = LibC.Open(path, LibC.ReadWrite | LibC.NoControllingTerminal | LibC.NonBlocking | LibC.CloseOnExec);
        while (file.IsInvalid && Marshal.GetLastPInvokeError() == LibC.Interrupted);
        if (file.IsInvalid) throw Failed(path, "cannot be opened", Marshal.GetLastPInvokeError());

        var port = new SerialPort(path, file, clock);
        try
        {
            port.Claim();
            port.SetBaudRate(baudRate);
            port.AskForLowLatency();
            return port;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Changes the speed, and makes the line raw. Forgets what has come in.</summary>
    /// <exception cref="SerialPortException">It does not do that speed, or is no serial port.</exception>
    public void SetBaudRate(int baudRate)
    {
        var termios = new LibC.Termios2
        {
            Control = LibC.EightBits | LibC.EnableReceiver | LibC.IgnoreModemLines | LibC.OtherSpeed,
            InputSpeed = (uint)baudRate, OutputSpeed = (uint)baudRate,
        };
        termios.Characters[LibC.MinimumCharacters] = 1; // with 0 an empty line would read like one that was hung up
        if (LibC.Control(_file, LibC.SetTermios2, ref termios) != 0) throw Failed(_path, $"cannot be set to {baudRate} baud", Marshal.GetLastPInvokeError());
        if (LibC.Control(_file, LibC.GetTermios2, ref termios) != 0) throw Failed(_path, "does not tell its settings", Marshal.GetLastPInvokeError());

        // A driver takes the nearest speed it can do. 3 % off is as much as a byte of ten bits bears.
        var off = Math.Abs((double)termios.OutputSpeed - baudRate);
        if (off > 0.03 * baudRate) throw new SerialPortException(_path, $"does {termios.OutputSpeed} baud, not {baudRate}");
        BaudRate = baudRate;
        DiscardInput();
    }

    /// <summary>Forgets what has come in. Real-time safe.</summary>
    /// <exception cref="SerialPortException">The port is gone.</exception>
    public void DiscardInput()
    {
        if (LibC.Control(_file, LibC.FlushQueue, LibC.InputQueue) != 0) throw Lost(Marshal.GetLastPInvokeError());
    }

    /// <summary>Writes all <paramref name="bytes"/>. Real-time safe but for the wait.</summary>
    /// <param name="bytes">What to write.</param>
    /// <param name="deadlineNs">Until when at the latest, robot clock.</param>
    /// <exception cref="SerialPortException">The port is gone, or takes nothing until then.</exception>
    public void Write(ReadOnlySpan<byte> bytes, long deadlineNs)
    {
        while (bytes.Length > 0)
        {
            var written = LibC.Write(_file, bytes, bytes.Length);
            if (written > 0) bytes = bytes[(int)written..];
            else if (written < 0 && Marshal.GetLastPInvokeError() is var error and not (LibC.Interrupted or LibC.TryAgain)) throw Lost(error);
            else if (!Wait(LibC.PollOut, deadlineNs)) throw new SerialPortException(_path, "takes no more bytes");
        }
    }

    /// <summary>Reads what has come, at least one byte. Real-time safe but for the wait.</summary>
    /// <param name="bytes">Where it goes.</param>
    /// <param name="deadlineNs">Until when to wait for the first byte, robot clock.</param>
    /// <returns>How many bytes; 0 when none came until then.</returns>
    /// <exception cref="SerialPortException">The port is gone.</exception>
    public int Read(Span<byte> bytes, long deadlineNs)
    {
        while (true)
        {
            var ready = Wait(LibC.PollIn, deadlineNs);
            var read = LibC.Read(_file, bytes, bytes.Length);
            if (read > 0) return (int)read;
            if (read < 0 && Marshal.GetLastPInvokeError() is var error and not (LibC.Interrupted or LibC.TryAgain)) throw Lost(error);
            if (read == 0 && ready) throw Lost(LibC.NoDevice); // readable, and nothing there: a line that was hung up
            if (!ready) return 0;
        }
    }

    /// <summary>Gives the port back.</summary>
    public void Dispose()
    {
        if (_file.IsClosed) return;
        _ = LibC.Control(_file, LibC.NotExclusive, 0); // a pseudo-terminal would keep it
        _ = LibC.Lock(_file, LibC.Unlock);             // a process that is being begun has it open, too, and would keep it for a moment
        _file.Dispose();
    }

    // TIOCEXCL keeps others from opening it, unless they are root; the lock keeps out whoever asks for it, root too.
    private void Claim()
    {
        if (LibC.Lock(_file, LibC.LockExclusive | LibC.LockNonBlocking) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw error == LibC.TryAgain ? new SerialPortException(_path, "is in use by another process") : Failed(_path, "cannot be locked", error);
        }

        if (LibC.Control(_file, LibC.Exclusive, 0) != 0) throw Failed(_path, "is no serial port", Marshal.GetLastPInvokeError());
    }

    // FTDI adapters, the U2D2 too, collect bytes for 16 ms before they hand them over: far longer than a whole cycle. What has no such setting refuses it.
    private void AskForLowLatency()
    {
        var info = default(LibC.SerialInfo);
        if (LibC.Control(_file, LibC.GetSerial, ref info) != 0) return;
        info.Flags |= LibC.LowLatency;
        _ = LibC.Control(_file, LibC.SetSerial, ref info);
    }

    private bool Wait(short wanted, long deadlineNs)
    {
        while (true)
        {
            var file = new LibC.PollFile { File = (int)_file.DangerousGetHandle(), Wanted = wanted };
            var ready = LibC.Poll(ref file, 1, LibC.Timespec.From(Math.Max(0, deadlineNs - _clock.NowNs)), 0);
            if (ready == 0) return false;
            if (ready < 0 && Marshal.GetLastPInvokeError() is var error)
            {
                if (error == LibC.Interrupted) continue;
                throw Lost(error);
            }

            if ((file.Happened & wanted) == 0) throw Lost(LibC.IoError);  // hung up, and nothing left to read
            return true;
        }
    }

    private SerialPortException Lost(int error) => Failed(_path, "is gone, unplugged or switched off", error);

    private static SerialPortException Failed(string path, string message, int error)
    {
        var cause = new Win32Exception(error);
        return new(path, $"{message}: {cause.Message}", cause);
    }
}
