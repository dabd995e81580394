namespace Mesh.Model.Schema;

/// <summary>The only values that the field (or each item of the list) may have.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValuesAttribute(params string[] values) : Attribute
{
    /// <summary>The values, in the order in which messages name them. Numbers are written in decimal.</summary>
    public IReadOnlyList<string> Values { get; } = values;
}
