namespace DepthVla.Robot.Model.Weights;

/// <summary>Compares what a checkpoint holds with what a network needs; every difference is listed.</summary>
internal static class WeightCheck
{
    internal static IReadOnlyList<string> Problems(ParameterTable table, IWeightSource source)
    {
        var found = new List<string>();
        var stored = source.Tensors.ToDictionary(t => t.Name, t => t.Shape);
        foreach (var parameter in table.Parameters)
        {
            if (!stored.Remove(parameter.Name, out var shape)) found.Add($"missing: {parameter}");
            else if (!shape.SequenceEqual(parameter.Shape)) found.Add($"mis-shaped: {parameter} is stored as [{string.Join(", ", shape)}]");
        }

        found.AddRange(stored.Keys.Order(StringComparer.Ordinal).Select(name => $"extra: {name} [{string.Join(", ", stored[name])}]"));
        return found;
    }
}
