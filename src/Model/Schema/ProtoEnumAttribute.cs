namespace Mesh.Model.Schema;

/// <summary>
/// Names of an enumeration of the flat kinds, by number from 0. Input may be the name or the number; the first name is
/// the default and stands for absence.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ProtoEnumAttribute(string type, params string[] names) : Attribute
{
    /// <summary>Full name of the enumeration, for messages.</summary>
    public string Type { get; } = type;

    /// <summary>The names; the index is the number.</summary>
    public IReadOnlyList<string> Names { get; } = names;
}
