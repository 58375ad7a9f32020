using System.Buffers.Binary;
using System.Diagnostics;
using DepthVla.Robot.Core.Time;
using DepthVla.Robot.Drivers.Dynamixel.Protocol;
using DepthVla.Robot.Drivers.Dynamixel.Serial;

namespace DepthVla.Robot.Drivers.Dynamixel;

/// <summary>Questions to motors, and their answers. One thread; allocates nothing once made.</summary>
/// <remarks>
/// Half duplex: one question at a time, and what still comes in of an earlier one is thrown away before the next is asked. Protocol 2.0 does not
/// number its questions, so an answer that comes later than that would pass for one to the next.
/// Everything here throws <see cref="SerialPortException"/> when the port is gone.
/// </remarks>
internal sealed class DynamixelBus(SerialPort port, MonotonicClock clock, long timeoutNs) : IDisposable
{
    private const int MaxParameters = 256;

    private readonly byte[] _parameters = new byte[MaxParameters];
    private readonly byte[] _packet = new byte[PacketEncoder.MaxSize(MaxParameters)];
    private readonly PacketParser _parser = new();

    /// <summary>Bits a second; can be changed between two questions.</summary>
    public int BaudRate
    {
        get => port.BaudRate;
        set => port.SetBaudRate(value);
    }

    /// <summary>Is there a motor <paramref name="id"/>, and of which kind?</summary>
    public Answer Ping(byte id, out ushort model, out byte firmware)
    {
        Span<byte> data = stackalloc byte[3];
        Ask(id, Instruction.Ping, []);
        var answer = AnswerOf(id, data);
        (model, firmware) = (BinaryPrimitives.ReadUInt16LittleEndian(data), data[2]);
        return answer;
    }

    /// <summary>Does a motor <paramref name="id"/> answer in Protocol 1.0, the older language? ROBOTIS e-manual, Protocol 1.0, "Ping".</summary>
    public bool PingInProtocol1(byte id)
    {
        Span<byte> question = [0xFF, 0xFF, id, 2, 0x01, (byte)~(id + 2 + 0x01)];
        Span<byte> answer = [0xFF, 0xFF, id, 2], came = stackalloc byte[64];
        Send(question);
        var (size, deadlineNs) = (0, clock.NowNs + timeoutNs);
        while (size < came.Length && port.Read(came[size..], deadlineNs) is > 0 and var read)
        {
            size += read;

            // An adapter may echo the question, which differs from an answer in its fifth byte.
            for (var i = 0; i + 6 <= size; i++) if (came[i..].StartsWith(answer) && !came[i..size].StartsWith(question)) return true;
        }

        return false;
    }

    /// <summary>Reads <paramref name="data"/> from one motor.</summary>
    public Answer Read(byte id, ushort address, Span<byte> data)
    {
        Span<byte> parameters = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(parameters, address);
        BinaryPrimitives.WriteUInt16LittleEndian(parameters[2..], (ushort)data.Length);
        Ask(id, Instruction.Read, parameters);
        return AnswerOf(id, data);
    }

    /// <summary>Writes <paramref name="data"/> to one motor and waits until it says that it has them.</summary>
    public Answer Write(byte id, ushort address, ReadOnlySpan<byte> data)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_parameters, address);
        data.CopyTo(_parameters.AsSpan(2));
        Ask(id, Instruction.Write, _parameters.AsSpan(0, 2 + data.Length));
        return AnswerOf(id, []);
    }

    /// <summary>Writes one number of 4 bytes to each motor. Nobody answers, so whether it arrived is not known.</summary>
    public void SyncWrite(ushort address, ReadOnlySpan<byte> ids, ReadOnlySpan<int> values)
    {
        Debug.Assert(4 + (5 * ids.Length) <= MaxParameters, "a bus has few motors");
        BinaryPrimitives.WriteUInt16LittleEndian(_parameters, address);
        BinaryPrimitives.WriteUInt16LittleEndian(_parameters.AsSpan(2), sizeof(int));
        var size = 4;
        for (var i = 0; i < ids.Length; i++, size += 1 + sizeof(int))
        {
            _parameters[size] = ids[i];
            BinaryPrimitives.WriteInt32LittleEndian(_parameters.AsSpan(size + 1), values[i]);
        }

        Ask(Packet.Broadcast, Instruction.SyncWrite, _parameters.AsSpan(0, size));
    }

    /// <summary>Reads <paramref name="length"/> bytes from each motor, with one question.</summary>
    /// <param name="address">Where in their control tables.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="ids">Whom.</param>
    /// <param name="data">What each said, one after the other in the order of <paramref name="ids"/>.</param>
    /// <param name="answers">What became of it for each.</param>
    /// <param name="firstNs">When the first answer came, robot clock: no value is older than that and the time on the wire.</param>
    /// <returns>Whether all did as they were asked.</returns>
    public bool SyncRead(ushort address, int length, ReadOnlySpan<byte> ids, Span<byte> data, Span<Answer> answers, out long firstNs)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_parameters, address);
        BinaryPrimitives.WriteUInt16LittleEndian(_parameters.AsSpan(2), (ushort)length);
        ids.CopyTo(_parameters.AsSpan(4));
        Ask(Packet.Broadcast, Instruction.SyncRead, _parameters.AsSpan(0, 4 + ids.Length));

        answers.Clear();
        firstNs = 0;
        var (waiting, done, deadlineNs) = (ids.Length, 0, clock.NowNs + timeoutNs);
        while (waiting > 0 && TryReceive(deadlineNs, out var packet, out var timeNs))
        {
            var i = ids.IndexOf(packet.Id);
            if (i < 0 || answers[i].Came || !TryUnpack(packet, data.Slice(i * length, length), out answers[i])) continue;
            if (firstNs == 0) firstNs = timeNs;
            if (answers[i].Done) done++;
            waiting--;
        }

        return done == ids.Length;
    }

    /// <summary>Gives the port back.</summary>
    public void Dispose() => port.Dispose();

    private void Ask(byte id, Instruction instruction, ReadOnlySpan<byte> parameters) =>
        Send(_packet.AsSpan(0, PacketEncoder.Encode(_packet, id, instruction, parameters)));

    private void Send(ReadOnlySpan<byte> bytes)
    {
        _parser.Clear();
        port.DiscardInput();
        port.Write(bytes, clock.NowNs + timeoutNs);
    }

    private Answer AnswerOf(byte id, Span<byte> data)
    {
        var deadlineNs = clock.NowNs + timeoutNs;
        while (TryReceive(deadlineNs, out var packet, out _)) if (packet.Id == id && TryUnpack(packet, data, out var answer)) return answer;
        return default;
    }

    // Questions that an adapter echoes are no answers; nor are those with other than the bytes asked for, unless they say why.
    private static bool TryUnpack(Packet packet, Span<byte> data, out Answer answer)
    {
        answer = default;
        if (packet.Instruction != Instruction.Status || packet.Parameters.IsEmpty) return false;
        var error = new StatusError(packet.Parameters[0]);
        var content = packet.Parameters[1..];
        if (error.Done && content.Length != data.Length) return false;
        if (error.Done) content.CopyTo(data);
        answer = new Answer(true, error);
        return true;
    }

    private bool TryReceive(long deadlineNs, out Packet packet, out long timeNs)
    {
        // The time is looked at in every turn: a line that babbles always has something to read.
        for (timeNs = clock.NowNs; timeNs <= deadlineNs; timeNs = clock.NowNs)
        {
            if (_parser.TryTake(out packet)) return true;
            var read = port.Read(_parser.Free, deadlineNs);
            if (read == 0) break;
            _parser.Advance(read);
        }

        packet = default;
        return false;
    }
}
