using System.Collections;

namespace Mesh.Model.Validation;

/// <summary>Collects every violation of one resource, in the order in which they were found.</summary>
public sealed class ViolationList : IReadOnlyList<Violation>
{
    private readonly List<Violation> _items = [];

    /// <summary>True when nothing was found.</summary>
    public bool IsEmpty => _items.Count == 0;

    /// <inheritdoc/>
    public int Count => _items.Count;

    /// <inheritdoc/>
    public Violation this[int index] => _items[index];

    /// <summary>Adds one violation.</summary>
    public void Add(string field, string message) => _items.Add(new Violation(field, message));

    /// <inheritdoc/>
    public IEnumerator<Violation> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
