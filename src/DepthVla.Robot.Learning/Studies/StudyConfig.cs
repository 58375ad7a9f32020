using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace DepthVla.Robot.Learning.Studies;

/// <summary>A study, as its JSON file says it: one training config, changed in several ways, each trained with several seeds and judged alike.</summary>
public sealed record StudyConfig
{
    /// <summary>Names the results: docs/results/NAME.md.</summary>
    public required string Name { get; init; }

    /// <summary>What is asked, for the head of the page.</summary>
    public required string Question { get; init; }

    /// <summary>The training config that all variants share, beside this file.</summary>
    public required string Base { get; init; }

    /// <summary>Training seeds.</summary>
    public required ImmutableArray<int> Seeds { get; init; }

    /// <summary>What is trained first, once a seed, and shared by all variants that begin with it. Nothing.</summary>
    public ImmutableArray<PretrainedPart> Pretraining { get; init; } = [];

    /// <summary>What is compared.</summary>
    public required ImmutableArray<StudyVariant> Variants { get; init; }

    /// <summary>Tasks to judge by.</summary>
    public required ImmutableArray<string> Tasks { get; init; }

    /// <summary>Attempts a task and training seed. 50.</summary>
    public int Attempts { get; init; } = 50;
}

/// <summary>Part of a network, trained before the study's variants are.</summary>
/// <param name="Part">A prefix of parameters, such as "vlm" or "depth": what is taken from it, and its name.</param>
/// <param name="Training">Changes of the study's base, as a JSON merge patch.</param>
/// <param name="Model">Changes of the checkpoint config, likewise.</param>
public sealed record PretrainedPart(string Part, JsonObject? Training = null, JsonObject? Model = null);

/// <summary>One way to train.</summary>
public sealed record StudyVariant
{
    /// <summary>Its name in the table.</summary>
    public required string Name { get; init; }

    /// <summary>What the paper reports for it, per cent, if it does; for the table alone.</summary>
    public double? Paper { get; init; }

    /// <summary>Which of the pretrained parts it begins with; the rest begins at random. null: all of them.</summary>
    public ImmutableArray<string>? Pretrained { get; init; }

    /// <summary>Changes of the training config, as a JSON merge patch (RFC 7396): null takes a key away.</summary>
    public JsonObject? Training { get; init; }

    /// <summary>Changes of the checkpoint config, likewise.</summary>
    public JsonObject? Model { get; init; }

    /// <summary>Trains for as long as this other variant took where it was fastest, rather than for as many steps; needs <see cref="SpeedOf"/>.</summary>
    public string? TimeOf { get; init; }

    /// <summary>A variant of the same network, whose steps say how many fit into that time.</summary>
    public string? SpeedOf { get; init; }

    /// <summary>Does not train: judges the policy of this other variant again.</summary>
    public string? PolicyOf { get; init; }

    /// <summary>Hides the depth stream from the action expert while judging.</summary>
    public bool MaskDepth { get; init; }
}
