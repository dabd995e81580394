namespace Mesh.Model.Schema;

/// <summary>Kinds that the schema allows in the target reference of this field.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KindsAttribute(params string[] kinds) : Attribute
{
    /// <summary>The kinds, in the order in which messages name them.</summary>
    public IReadOnlyList<string> Kinds { get; } = kinds;
}
