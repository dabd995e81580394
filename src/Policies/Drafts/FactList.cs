namespace Mesh.Policies.Drafts;

/// <summary>Makes <see cref="FactList{T}"/>s.</summary>
public static class FactList
{
    /// <summary>A list of these items: <c>FactList&lt;T&gt; list = [a, b]</c>.</summary>
    public static FactList<T> Create<T>(ReadOnlySpan<T> items) => new(items.ToArray());

    /// <summary>A list of these items.</summary>
    public static FactList<T> From<T>(IEnumerable<T> items) => new([.. items]);
}
