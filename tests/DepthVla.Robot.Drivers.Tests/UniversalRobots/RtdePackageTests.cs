using System.Text;
using DepthVla.Robot.Core.Joints;
using DepthVla.Robot.Drivers.Emulation.UniversalRobots;
using DepthVla.Robot.Drivers.UniversalRobots;
using DepthVla.Robot.Drivers.UniversalRobots.Rtde;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace DepthVla.Robot.Drivers.Tests.UniversalRobots;

/// <summary>Bytes against the layout of the RTDE guide, written out by hand; the way there and back; and nonsense.</summary>
public sealed class RtdePackageTests
{
    [Fact]
    public void Write_ProtocolVersion_IsTheGuidesLayout()
    {
        var to = new byte[16];
        var size = RtdePackage.WriteProtocolVersion(to, 2);
        Assert.Equal("0005560002", Convert.ToHexString(to, 0, size));
    }

    [Theory]
    [InlineData('v', "000376")]
    [InlineData('S', "000353")]
    [InlineData('P', "000350")]
    public void Write_WithoutPayload_IsTheGuidesLayout(char type, string expected)
    {
        var to = new byte[16];
        var size = RtdePackage.Write(to, (RtdePackageType)type, []);
        Assert.Equal(expected, Convert.ToHexString(to, 0, size));
    }

    [Fact]
    public void Write_SetupOutputs_IsTheGuidesLayout()
    {
        var to = new byte[64];
        var size = RtdePackage.WriteSetupOutputs(to, 500, "timestamp,actual_q"u8);

        // 500.0; timestamp , actual_q
        Assert.Equal("001D4F" + "407F400000000000" + "74696D657374616D70" + "2C" + "61637475616C5F71", Convert.ToHexString(to, 0, size));
    }

    [Fact]
    public void Read_ControllerVersion_FromTheGuidesLayout()
    {
        var payload = Payload("001376" + "00000005" + "00000010" + "00000002" + "0001E240", RtdePackageType.ControllerVersion);
        Assert.True(RtdePackage.TryReadVersion(payload, out var version));
        Assert.Equal("5.16.2.123456", version.ToString());
    }

    [Theory]
    [InlineData("00045601", RtdePackageType.ProtocolVersion, true)]
    [InlineData("00045600", RtdePackageType.ProtocolVersion, false)]
    [InlineData("00045301", RtdePackageType.StartData, true)]
    public void Read_Accepted_FromTheGuidesLayout(string hex, object type, bool expected)
    {
        Assert.True(RtdePackage.TryReadAccepted(Payload(hex, (RtdePackageType)type), out var accepted));
        Assert.Equal(expected, accepted);
    }

    [Fact]
    public void Read_SetupOutputs_FromTheGuidesLayout()
    {
        var payload = Payload("00144F" + "01" + "444F55424C45" + "2C" + "4E4F545F464F554E44", RtdePackageType.SetupOutputs); // DOUBLE , NOT_FOUND
        Assert.True(RtdePackage.TryReadTypes(payload, out var recipe, out var types));
        Assert.Equal((1, "DOUBLE,NOT_FOUND"), (recipe, Encoding.ASCII.GetString(types)));
    }

    [Fact]
    public void Read_Text_FromTheGuidesLayout()
    {
        Assert.True(RtdePackage.TryReadText(Payload("000B4D" + "026869" + "03525450" + "02", RtdePackageType.Text), out var text));
        Assert.Equal(new RtdeText("hi", "RTP", 2), text);
        Assert.Equal("warning from RTP: hi", text.ToString());
    }

    [Fact]
    public void Read_Data_FromTheGuidesLayout()
    {
        const string One = "3FF0000000000000", Two = "4000000000000000", MinusHalf = "BFE0000000000000", Zero = "0000000000000000";
        var joints = (string first) => first + string.Concat(Enumerable.Repeat(Zero, 4)) + MinusHalf;
        var hex = "00E455" + "07" + Two
            + joints(One) + joints(Two) + joints(MinusHalf) + joints(Zero) + MinusHalf + "00000007" + "00000002" + "00000402" + "00000004";
        Assert.True(RtdeSample.TryRead(Payload(hex, RtdePackageType.Data), 7, out var sample));
        Assert.Equal(new RtdeSample(2, Joints(1), Joints(2), Joints(-0.5), Joints(0), -0.5, RobotMode.Running, SafetyMode.Reduced,
            SafetyBits.Reduced | SafetyBits.StoppedDueToSafety, ProgramState.Paused), sample);

        static JointVector Joints(double first) => JointVector.From([first, 0, 0, 0, 0, -0.5]);
    }

    [Theory]
    [InlineData(6, 225)]
    [InlineData(7, 224)]
    [InlineData(7, 226)]
    [InlineData(7, 1)]
    [InlineData(7, 0)]
    public void Read_DataOfAnotherRecipeOrSize_IsRefused(byte recipe, int bytes)
    {
        var payload = new byte[bytes];
        if (bytes > 0) payload[0] = recipe;
        Assert.False(RtdeSample.TryRead(payload, 7, out _));
    }

    [Theory]
    [InlineData(1)]                  // timestamp
    [InlineData(1 + 8 + 48)]         // actual_q[0]
    [InlineData(1 + 8 + 96 + 40)]    // actual_qd[5]
    public void Read_DataThatIsNotFinite_IsRefused(int at)
    {
        var payload = new byte[RtdeSample.PayloadBytes];
        Assert.True(RtdeSample.TryRead(payload, 0, out _));
        (payload[at], payload[at + 1]) = (0x7F, 0xF0);
        Assert.False(RtdeSample.TryRead(payload, 0, out _));
    }

    [Property]
    public bool Data_AnyFiniteValues_ComeBack(NormalFloat time, NormalFloat[] values, int mode, int safety, int bits, int state, byte recipe)
    {
        double At(int i) => values.Length == 0 ? i : values[i % values.Length].Get + i;
        var all = Enumerable.Range(0, 24).Select(At).ToArray();
        var payload = new WireBytes().Byte(recipe).Double(time.Get).Doubles(all).Double(At(24)).Int(mode).Int(safety).Int(bits).Int(state).Plain();
        return RtdeSample.TryRead(payload, recipe, out var s)
            && s == new RtdeSample(time.Get, JointVector.From(all.AsSpan(0, 6)), JointVector.From(all.AsSpan(6, 6)), JointVector.From(all.AsSpan(12, 6)),
                JointVector.From(all.AsSpan(18, 6)), At(24), (RobotMode)mode, (SafetyMode)safety, (SafetyBits)bits, (ProgramState)state);
    }

    [Property]
    public bool Package_AnyPayload_ComesBackFromAnyPortions(byte type, byte[] payload, byte[] next, PositiveInt portion)
    {
        var wire = new byte[payload.Length + next.Length + (2 * RtdePackage.HeaderBytes)];
        var size = RtdePackage.Write(wire, (RtdePackageType)type, payload);
        RtdePackage.Write(wire.AsSpan(size), RtdePackageType.Text, next);

        var (buffer, got) = (new RtdeBuffer(), new List<(RtdePackageType, byte[])>());
        foreach (var part in wire.Chunk(portion.Get))
        {
            part.CopyTo(buffer.Room());
            buffer.Fill(part.Length);
            while (buffer.TryTake(out var t, out var p)) got.Add((t, p.ToArray()));
        }

        return got.Count == 2 && got[0].Item1 == (RtdePackageType)type && got[0].Item2.SequenceEqual(payload) && got[1].Item2.SequenceEqual(next);
    }

    [Property]
    public Property Servo_AnyPositions_ComeBackToAMicroradian() => Prop.ForAll(
        Gen.Choose(-7_800_000, 7_800_000).Select(i => i / 1e6 + 1e-7).ArrayOf(6).ToArbitrary(), Gen.Choose(0, 999_999_999).ToArbitrary(), (positions, number) =>
        {
            var vector = JointVector.From(positions);
            var bytes = new byte[ServoMessage.Bytes];
            ServoMessage.Write(bytes, number, ServoKind.Follow, in vector);
            var integers = bytes.Chunk(4).Select(b => (b[0] << 24) | (b[1] << 16) | (b[2] << 8) | b[3]).ToArray();
            return ServoMessage.CanSend(in vector) && integers.Length == 9 && integers[0] == ServoMessage.Mark && integers[1] == number && integers[2] == 2
                && integers.Skip(3).Zip(positions).All(p => Math.Abs(p.First / 1e6 - p.Second) <= 0.5e-6 + 1e-12);
        });

    [Fact]
    public void Servo_Golden_IsBigEndianMicroradians()
    {
        var positions = JointVector.From([1, -1, 0, 0.000_001, -Math.PI, 3]);
        var bytes = new byte[ServoMessage.Bytes];
        ServoMessage.Write(bytes, 258, ServoKind.Follow, in positions);

        // −π is −3 141 593 µrad
        var expected = "44565231" + "00000102" + "00000002" + "000F4240" + "FFF0BDC0" + "00000000" + "00000001" + "FFD01027" + "002DC6C0";
        Assert.Equal(expected, Convert.ToHexString(bytes));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(8)]
    [InlineData(-8)]
    public void Servo_PositionBeyondAnyArm_CannotBeSent(double position)
    {
        var positions = JointVector.Zero(6);
        positions[3] = position;
        Assert.False(ServoMessage.CanSend(in positions));
        Assert.False(ServoMessage.CanSend(JointVector.Zero(7)));
    }

    private static byte[] Payload(string hex, object type)
    {
        var bytes = Convert.FromHexString(hex);
        var size = RtdePackage.Read(bytes, out var found, out var payload);
        Assert.Equal((bytes.Length, (RtdePackageType)type), (size, found));
        return payload.ToArray();
    }
}
