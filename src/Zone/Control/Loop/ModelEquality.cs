using System.Text.Json;
using Mesh.Model.Text;

namespace Mesh.Zone.Control.Loop;

/// <summary>Compares specs and statuses by what would be stored. Records compare their lists by reference, which is not it.</summary>
internal static class ModelEquality
{
    /// <summary>True when both would be written alike.</summary>
    public static bool Same(object? left, object? right)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }

        return left is not null && right is not null && left.GetType() == right.GetType() && Bytes(left).AsSpan().SequenceEqual(Bytes(right));
    }

    /// <summary>True when both have the same labels.</summary>
    public static bool SameLabels(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }

        return left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out var value) && value == pair.Value);
    }

    private static byte[] Bytes(object value) => JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), ModelJson.Options);
}
