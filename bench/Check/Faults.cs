namespace Mesh.Check;

/// <summary>Does what a <see cref="Fault"/> says.</summary>
internal static class Faults
{
    private static object? _last;

    /// <summary>Allocates, where the fault is that.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="references">Size of the array that is allocated.</param>
    public static void Allocate(Fault fault, int references = 0)
    {
        if (fault == Fault.Allocates)
        {
            // Kept where others can see it, so that it cannot be left out.
            Volatile.Write(ref _last, new object[references]);
        }
    }
}
