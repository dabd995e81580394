using System.Collections.Concurrent;
using Google.Protobuf;
using Mesh.Identity.Certificates;
using Mesh.Zone.Secrets;

namespace Mesh.Zone.Identity;

/// <summary>
/// Certificates of admin listeners: the same object for the same address, made when first asked for, or before that in time that nobody else needs. A
/// signature is a good part of what an arriving proxy costs, and proxies come by the thousand.
/// </summary>
/// <param name="clock">Of the pauses between those that are made ahead.</param>
internal sealed class AdminCertificates(TimeProvider clock) : IAdminCertificates, IAsyncDisposable
{
    /// <summary>One takes half a millisecond: a tenth of a processor.</summary>
    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentDictionary<string, AdminCertificate> _made = new(StringComparer.Ordinal);
    private readonly Queue<string> _ahead = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private volatile Maker? _maker;
    private Task _work = Task.CompletedTask;
    private bool _isAtWork;
    private bool _isDisposed;

    /// <inheritdoc/>
    public event Action? Changed;

    /// <summary>Whether the one of an address is made.</summary>
    internal bool Has(string address) => _made.ContainsKey(address);

    /// <inheritdoc/>
    public AdminCertificate? Find(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _maker is { } maker && address.Length > 0
            ? _made.GetOrAdd(address, static (name, by) => by.Make(name), maker)
            : null;
    }

    /// <summary>A proxy of this address may come: its certificate is made when there is time.</summary>
    public void Expect(string address)
    {
        if (address.Length == 0 || Has(address))
        {
            return;
        }

        lock (_lock)
        {
            _ahead.Enqueue(address);
            if (!_isAtWork && !_isDisposed)
            {
                _isAtWork = true;
                _work = Task.Run(MakeAheadAsync);
            }
        }
    }

    /// <summary>No proxy of this address may come any more.</summary>
    public void Forget(string address) => _made.TryRemove(address, out _);

    /// <summary>The authority is known, or is another one.</summary>
    public void Use(CertificateAuthority authority)
    {
        _maker = new Maker(authority);
        _made.Clear();
        Changed?.Invoke();
    }

    /// <summary>Makes none ahead any more. The authority may be disposed of afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        Task work;
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            work = _work;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task MakeAheadAsync()
    {
        while (TryTakeNext(out var address))
        {
            await Task.Delay(Pause, clock, _stop.Token).ConfigureAwait(false);
            try
            {
                Find(address);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // No name that a certificate can carry. It is told of the proxy, if one comes.
            }
        }
    }

    private bool TryTakeNext(out string address)
    {
        lock (_lock)
        {
            while (_ahead.TryDequeue(out address!))
            {
                if (!Has(address))
                {
                    return true;
                }
            }

            return _isAtWork = false;
        }
    }

    private sealed class Maker(CertificateAuthority authority)
    {
        private readonly EnvoyAdminCertificates _certificates = new(authority);
        private readonly ByteString _authority = ByteString.CopyFromUtf8(authority.CertificatePem);

        public AdminCertificate Make(string address)
        {
            var made = _certificates.ForProxy(address);
            return new AdminCertificate(ByteString.CopyFromUtf8(made.CertificatePem), ByteString.CopyFromUtf8(made.PrivateKeyPem), _authority);
        }
    }
}
