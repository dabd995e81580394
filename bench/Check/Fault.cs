namespace Mesh.Check;

/// <summary>What a push path does wrong on purpose: a gate that lets it pass is no gate.</summary>
public enum Fault
{
    /// <summary>Nothing: what is gated.</summary>
    None,

    /// <summary>It allocates an object per push or change.</summary>
    Allocates,

    /// <summary>It sends what it has sent again.</summary>
    SendsAgain,
}
