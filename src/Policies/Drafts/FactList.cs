namespace Mesh.Policies.Drafts;

/// <summary>Makes <see cref="FactList{T}"/>s.</summary>
public static class FactList
{
    /// <summary>A list of these items: <c>FactList&lt;T&gt; list = [a, b]</c>.</summary>
    public static FactList<T> Create<T>(ReadOnlySpan<T> items) => items.IsEmpty ? FactList<T>.Empty : new(items.ToArray());

    /// <summary>A list of these items.</summary>
    public static FactList<T> From<T>(IEnumerable<T> items) => new([.. items]);

    /// <summary>A list of what each item of another gives.</summary>
    public static FactList<T> From<TSource, T>(IReadOnlyList<TSource> source, Func<TSource, T> select)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(select);
        if (source.Count == 0)
        {
            return FactList<T>.Empty;
        }

        var items = new T[source.Count];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = select(source[i]);
        }

        return new FactList<T>(items);
    }
}
