namespace DepthVla.Robot.Data.Layout;

/// <summary>Not a dataset, or one that cannot be used as a whole. The message names the field, what was expected, what came and what to do.</summary>
public sealed class DatasetException : Exception
{
    /// <summary>Such as ("meta/info.json: fps", "a positive number", "-3", "correct the file, or record the dataset anew").</summary>
    public DatasetException(string field, string expected, string came, string remedy, Exception? cause = null)
        : base($"{field}: expected {expected}, got {came}; {remedy}", cause) => Field = field;

    /// <summary>What is wrong, such as "meta/info.json: fps".</summary>
    public string Field { get; }
}
