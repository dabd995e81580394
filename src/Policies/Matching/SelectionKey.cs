using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Mesh.Policies.Matching;

/// <summary>Which policies of a mesh select a proxy and which of its sections, in numbers that count for one <see cref="MeshPolicies"/>. Value equality.</summary>
internal readonly struct SelectionKey(int[] numbers)
{
    private readonly int[] _numbers = numbers;

    /// <summary>Compares keys, also with numbers that are not copied into one yet.</summary>
    internal sealed class Comparer : IEqualityComparer<SelectionKey>, IAlternateEqualityComparer<ReadOnlySpan<int>, SelectionKey>
    {
        internal static Comparer Instance { get; } = new();

        public bool Equals(SelectionKey x, SelectionKey y) => x._numbers.AsSpan().SequenceEqual(y._numbers);

        public int GetHashCode([DisallowNull] SelectionKey obj) => GetHashCode(obj._numbers);

        public bool Equals(ReadOnlySpan<int> alternate, SelectionKey other) => alternate.SequenceEqual(other._numbers);

        public int GetHashCode(ReadOnlySpan<int> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(MemoryMarshal.AsBytes(alternate));
            return hash.ToHashCode();
        }

        public SelectionKey Create(ReadOnlySpan<int> alternate) => new(alternate.ToArray());
    }
}
