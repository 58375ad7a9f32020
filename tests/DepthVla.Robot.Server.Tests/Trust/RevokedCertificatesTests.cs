using DepthVla.Robot.Server.Trust;
using FsCheck.Xunit;

namespace DepthVla.Robot.Server.Tests.Trust;

public sealed class RevokedCertificatesTests
{
    [Theory]
    [InlineData("4f:44")]
    [InlineData("# stolen\n\n  serial=4F44 # robot 1\r\n")]
    [InlineData("sha256 Fingerprint=AB:CD")]
    public void Parse_WhatOpensslPrints_IsTaken(string text) => RevokedCertificates.Parse(text);

    [Theory]
    [InlineData("robot-1", 1)]
    [InlineData("4F44\n4F 44", 2)]
    [InlineData("serial=", 1)]
    public void Parse_AnythingElse_NamesTheLine(string text, int line) =>
        Assert.StartsWith($"line {line}: ", Assert.Throws<InvalidDataException>(() => RevokedCertificates.Parse(text)).Message, StringComparison.Ordinal);

    [Property]
    public void Parse_AnyText_ThrowsNothingElse(string? text) => Record.Exception(() => RevokedCertificates.Parse(text ?? "")).IsFault();
}

internal static class FaultAssertions
{
    /// <summary>Nothing, or what the server takes for a fault of a file; anything else would end it.</summary>
    public static void IsFault(this Exception? thrown) => Assert.True(thrown is null || TrustFault.Of(thrown) is not null, $"{thrown}");
}
