using DepthVla.Robot.Model.Configuration;
using DepthVla.Robot.Model.Weights;

namespace DepthVla.Robot.Model.Checkpoints;

/// <summary>A checkpoint's float8.json (<see cref="Float8Scales"/>).</summary>
internal static class Float8File
{
    private const string Name = "float8.json";

    /// <summary>What was calibrated for a checkpoint.</summary>
    /// <exception cref="CheckpointException">Nothing was, or for another one.</exception>
    internal static InputRanges Read(Checkpoint checkpoint)
    {
        const string Remedy = "make it with 'depthvla checkpoint calibrate', or leave products at stored";
        var path = Path.Combine(checkpoint.Folder, Name);
        if (!File.Exists(path)) throw new CheckpointException(checkpoint.Folder, [$"{Name}: products of float8 need it, and it is not there; {Remedy}"]);
        Float8Scales scales;
        try { scales = ModelJson.Read<Float8Scales>(File.ReadAllText(path), Name); }
        catch (FormatException e) { throw new CheckpointException(checkpoint.Folder, [$"{e.Message}; {Remedy}"]); }
        return scales.ModelHash == checkpoint.Hash ? new(scales.LargestInputs)
            : throw new CheckpointException(checkpoint.Folder, [$"{Name}: expected one made for {checkpoint.Hash}, got one for {scales.ModelHash}; {Remedy}"]);
    }

    /// <summary>Puts it into a checkpoint's folder.</summary>
    internal static void Write(string folder, Float8Scales scales) => File.WriteAllText(Path.Combine(folder, Name), ModelJson.Write(scales));
}
