using System.Collections.Immutable;
using DepthVla.Robot.Core.Policies;
using DepthVla.Robot.Server.Options;

namespace DepthVla.Robot.Server.Policies;

/// <summary>All models of this server by name, as the options list them. Immutable; each model's own state is not.</summary>
internal sealed class ServedModels(ServerOptions options)
{
    /// <summary>In order; at least one.</summary>
    public ImmutableArray<ServedModel> All { get; } = [.. options.Checkpoints.Select(one => new ServedModel(one.Name, one.Folder))];

    /// <summary>The one for those who name none.</summary>
    public ServedModel First => All[0];

    /// <summary>What each that was loaded is at this moment, in order.</summary>
    public IEnumerable<(string Model, PolicyInfo Policy)> Policies => All.Select(model => (model.Name, model.Policy)).Where(one => one.Policy is not null)!;

    /// <summary>The one of that name; null where there is none.</summary>
    public ServedModel? Find(string name) => All.FirstOrDefault(model => model.Name == name);
}
