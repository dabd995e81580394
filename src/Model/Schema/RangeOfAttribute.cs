namespace Mesh.Model.Schema;

/// <summary>Least and greatest value of a whole number, both included.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeOfAttribute(long minimum, long maximum = long.MaxValue) : Attribute
{
    /// <summary>Least value.</summary>
    public long Minimum { get; } = minimum;

    /// <summary>Greatest value.</summary>
    public long Maximum { get; } = maximum;
}
