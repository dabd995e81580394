namespace Mesh.Load.Measuring;

/// <summary>What the runtime of a server tells of its memory.</summary>
/// <param name="HeapBytes">Managed heap in use.</param>
/// <param name="AllocatedBytes">Allocated since the start.</param>
/// <param name="Collections">Collections since the start, by generation; of other runtimes one number.</param>
/// <param name="OldestBytes">Size of the oldest generation and of large objects after the last collection; null: the runtime has no generations.</param>
internal sealed record RuntimeFigures(long HeapBytes, long AllocatedBytes, IReadOnlyList<long> Collections, long? OldestBytes);
