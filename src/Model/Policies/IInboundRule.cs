namespace Mesh.Model.Policies;

/// <summary>One entry of <c>rules</c>.</summary>
public interface IInboundRule
{
    /// <summary>Peers it is about; any one of them suffices; null or empty: all peers.</summary>
    IReadOnlyList<Match>? Matches { get; }

    /// <summary>The configuration: the rule's <c>default</c>.</summary>
    object? Conf { get; }
}
