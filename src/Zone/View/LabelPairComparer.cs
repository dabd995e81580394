namespace Mesh.Zone.View;

/// <summary>
/// Compares labels by key and value. Without it a dictionary of labels is a list: <see cref="KeyValuePair{TKey, TValue}"/> has no hash
/// code of its own, and the one that every value type has is here that of the key alone.
/// </summary>
internal sealed class LabelPairComparer : IEqualityComparer<KeyValuePair<string, string>>
{
    internal static LabelPairComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(KeyValuePair<string, string> x, KeyValuePair<string, string> y) => x.Key == y.Key && x.Value == y.Value;

    /// <inheritdoc/>
    public int GetHashCode(KeyValuePair<string, string> obj) => HashCode.Combine(obj.Key, obj.Value);
}
