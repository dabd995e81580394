using System.Diagnostics;

namespace Mesh.StoreWriter;

/// <summary>Counts steps of all folders of the process, and ends it at one of them as <c>kill -9</c> does.</summary>
/// <param name="last">The step that is not done, from 1; 0: none.</param>
internal sealed class DeadlySteps(int last)
{
    private int _count;

    /// <summary>Steps so far.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Ends the process: without a word to it, nothing is flushed or closed by it.</summary>
    public static void Die()
    {
        using var process = Process.GetCurrentProcess();
        process.Kill();
        throw new UnreachableException();
    }

    /// <summary>A step is about to be done, unless it is the last.</summary>
    public void Take()
    {
        if (IsLast())
        {
            Die();
        }
    }

    /// <summary>Counts a step. True: it is the one at which the process ends.</summary>
    public bool IsLast() => Interlocked.Increment(ref _count) == last;
}
