using DepthVla.Robot.Fixtures;
using DepthVla.Robot.Model.Weights;

namespace DepthVla.Robot.Model.Tests.Parity;

/// <summary>Rows of a theory: every fixture of a kind, in float32 and in float64.</summary>
internal static class Precisions
{
    internal static IEnumerable<TheoryDataRow<Fixture, ComputePrecision>> Of(FixtureKind kind) =>
        from row in FixtureFolders.Of(kind)
        from precision in (ComputePrecision[])[ComputePrecision.Float32, ComputePrecision.Float64]
        select new TheoryDataRow<Fixture, ComputePrecision>(row.Data, precision);
}
