namespace Mesh.Model.Schema;

/// <summary>Least and greatest number of items of a list, both included.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ItemsAttribute(int minimum, int maximum = int.MaxValue) : Attribute
{
    /// <summary>Least number of items.</summary>
    public int Minimum { get; } = minimum;

    /// <summary>Greatest number of items.</summary>
    public int Maximum { get; } = maximum;
}
