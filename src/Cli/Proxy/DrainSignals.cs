using System.Runtime.InteropServices;

namespace Mesh.Cli.Proxy;

/// <summary>The first SIGTERM, SIGINT or SIGHUP asks to drain; the second one to stop now.</summary>
internal sealed class DrainSignals : IDisposable
{
    private readonly CancellationTokenSource _drain;
    private readonly CancellationTokenSource _now = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public DrainSignals(CancellationToken caller)
    {
        _drain = CancellationTokenSource.CreateLinkedTokenSource(caller);
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, Handle));
        }
    }

    /// <summary>Is cancelled when connections are to be drained.</summary>
    public CancellationToken Drain => _drain.Token;

    /// <summary>Is cancelled when there is no more time.</summary>
    public CancellationToken Now => _now.Token;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _drain.Dispose();
        _now.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        (_drain.IsCancellationRequested ? _now : _drain).Cancel();
    }
}
