using Grpc.Core;

namespace Mesh.Server.Kds.Global;

/// <summary>Why a stream is to end before its zone ends it. The first reason counts. Safe for concurrent use.</summary>
internal sealed class StreamEnding : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly List<IDisposable> _registrations = [];
    private Reason? _reason;

    /// <param name="call">Cancelled when the zone is gone.</param>
    public StreamEnding(CancellationToken call) => _source = CancellationTokenSource.CreateLinkedTokenSource(call);

    /// <summary>Cancelled when the stream is to end.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The status to end with; null: the zone is gone.</summary>
    public Status? Status => Volatile.Read(ref _reason)?.Status;

    /// <summary>Ends the stream when a token is cancelled.</summary>
    public void When(Func<Status> status, CancellationToken token) => _registrations.Add(token.Register(() => End(status())));

    /// <summary>Ends the stream when something ends for a reason.</summary>
    public void When(Task<string> ended, Func<string, Status> status) => _ = ended.ContinueWith(
        (task, _) => End(status(task.Result)), null, Token, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    /// <summary>Ends the stream.</summary>
    public void End(Status status)
    {
        if (Interlocked.CompareExchange(ref _reason, new Reason(status), null) is null)
        {
            _ = _source.CancelAsync();
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private sealed record Reason(Status Status);
}
