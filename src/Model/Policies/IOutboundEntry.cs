namespace Mesh.Model.Policies;

/// <summary>One <c>to</c> entry: a destination and its configuration.</summary>
public interface IOutboundEntry
{
    /// <summary>The destination.</summary>
    TargetRef? TargetRef { get; }

    /// <summary>The configuration: the entry's <c>default</c>, or what takes its place (routes: the rules).</summary>
    object? Conf { get; }
}
