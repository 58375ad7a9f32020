using System.Security.Cryptography;
using DepthVla.Robot.Recording.Mcap;

namespace DepthVla.Robot.Recording.Tests.Mcap;

/// <summary>The format's published conformance files (github.com/foxglove/mcap, tests/conformance), by their checksums.</summary>
public sealed class McapConformanceTests
{
    private static readonly byte[] Data = [1, 2, 3];

    private static Dictionary<string, string> Checksums { get; } = Read();

    public static TheoryData<string> OurLayout =>
    [
        "NoData-st-sum", "OneMetadata-mdx-st-sum", "OneSchemalessMessage-ch-chx-mx-rch-st-sum", "OneMessage-ch-chx-mx-rch-rsh-st-sum", "TenMessages-ch-chx-mx-rch-rsh-st-sum",
    ];

    [Fact]
    public void Read_EveryFile_IsWholeAndHasItsMessages()
    {
        Assert.Equal(416, Checksums.Count);
        foreach (var (name, checksum) in Checksums)
        {
            var bytes = ConformanceFile.Make(name);
            Assert.True(checksum == Checksum(bytes), $"{name} is not the published file");
            var file = McapReader.Read(bytes);

            Assert.True(file.Problem is null, $"{name}: {file.Problem}");
            Assert.Equal(ConformanceFile.Messages(name.Split('-')[0]), file.Messages.Select(m => (m.Sequence, m.LogTimeNs, m.PublishTimeNs)));
            Assert.All(file.Messages, m => Assert.Equal("example", m.Channel.Topic));
            Assert.All(file.Messages, m => Assert.Equal(Data, m.Data.ToArray()));
            if (name.StartsWith("TenMessages", StringComparison.Ordinal)) Assert.Equal(("Example", "bar"), (file.Messages[0].Channel.Schema!.Name, file.Messages[0].Channel.Metadata["foo"]));
            if (name.StartsWith("OneMetadata", StringComparison.Ordinal)) Assert.Equal("bar", Assert.Single(file.Metadata).Values["foo"]);
        }
    }

    /// <summary>Of the variants, these are laid out as the writer lays out every file: to the byte.</summary>
    [Theory]
    [MemberData(nameof(OurLayout))]
    public void Write_TheSame_IsThePublishedFile(string name)
    {
        using var stream = new MemoryStream();
        var writer = new McapWriter(stream, "", "");
        var input = name.Split('-')[0];
        if (input == "OneMetadata") writer.Write("myMetadata", [new("foo", "bar")]);
        ushort channel = input switch
        {
            "OneSchemalessMessage" => writer.AddChannel("example", "text", 0),
            "OneMessage" or "TenMessages" => writer.AddChannel("example", "a", writer.AddSchema(new("Example", "c", new byte[] { 4, 5, 6 })), [new("foo", "bar")]),
            _ => 0,
        };
        foreach (var (sequence, logTime, publishTime) in ConformanceFile.Messages(input)) writer.Write(channel, sequence, logTime, publishTime, Data);
        writer.Finish();

        Assert.Equal(Checksums[name], Checksum(stream.ToArray()));
    }

    private static string Checksum(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static Dictionary<string, string> Read()
    {
        using var reader = new StreamReader(typeof(McapConformanceTests).Assembly.GetManifestResourceStream("conformance.sha256")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split("  ")).ToDictionary(parts => parts[1], parts => parts[0]);
    }
}
