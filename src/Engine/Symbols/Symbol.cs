namespace Mesh.Engine.Symbols;

/// <summary>A name as a number. Equal names of one engine have equal symbols while somebody holds a reference to them.</summary>
/// <param name="Value">1 and up; 0 is no name.</param>
public readonly record struct Symbol(int Value) : IComparable<Symbol>
{
    /// <summary>No name.</summary>
    public static Symbol None => default;

    /// <inheritdoc/>
    public int CompareTo(Symbol other) => Value.CompareTo(other.Value);

    public static bool operator <(Symbol left, Symbol right) => left.Value < right.Value;

    public static bool operator >(Symbol left, Symbol right) => left.Value > right.Value;

    public static bool operator <=(Symbol left, Symbol right) => left.Value <= right.Value;

    public static bool operator >=(Symbol left, Symbol right) => left.Value >= right.Value;
}
