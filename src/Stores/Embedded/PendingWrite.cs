using Mesh.Model.Resources;
using Mesh.Stores.Indexing;

namespace Mesh.Stores.Embedded;

/// <summary>A write that waits to be durable.</summary>
internal sealed class PendingWrite(StoreWrite write, CancellationToken cancellationToken)
    : TaskCompletionSource<Resource>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>What is asked for.</summary>
    public StoreWrite Write { get; } = write;

    /// <summary>Gives up, as long as the write was not begun.</summary>
    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>What it comes to: the resource, or a refusal. Told once the batch is durable, since a refusal may rest on a write in it.</summary>
    public Resource? Outcome { get; set; }

    /// <summary>Why it is refused, or null.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>Tells the outcome.</summary>
    public void Tell()
    {
        if (Refusal is not null)
        {
            TrySetException(Refusal);
        }
        else
        {
            TrySetResult(Outcome!);
        }
    }
}
