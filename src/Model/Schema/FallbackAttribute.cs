namespace Mesh.Model.Schema;

/// <summary>Value that a field takes when its object is written without it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FallbackAttribute(object value) : Attribute
{
    /// <summary>The value: a text, a whole number or a boolean.</summary>
    public object Value { get; } = value;
}
