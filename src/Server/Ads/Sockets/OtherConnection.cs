using System.IO.Pipelines;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Mesh.Server.Ads.Sockets;

/// <summary>A connection that Kestrel serves, from its first byte on, behind our TLS.</summary>
internal sealed class OtherConnection : DefaultConnectionContext
{
    private readonly Wire _wire;
    private readonly CancellationTokenSource _closed = new();

    public OtherConnection(Greeted greeted)
        : base(Guid.NewGuid().ToString("N"))
    {
        _wire = greeted.Wire;
        LocalEndPoint = _wire.Socket.LocalEndPoint;
        RemoteEndPoint = _wire.Socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;
        var stream = new BegunStream(greeted.Hello.Bytes.ToArray(), _wire.Stream);
        Transport = new Pipes(
            PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true)),
            PipeWriter.Create(_wire.Stream, new StreamPipeWriterOptions(leaveOpen: true)));
        if (greeted.Client.IsEncrypted)
        {
            var tls = new Tls(greeted);
            Features.Set<ITlsConnectionFeature>(tls);
            Features.Set<ITlsHandshakeFeature>(tls);
            Features.Set<ITlsApplicationProtocolFeature>(tls);
        }
    }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        _wire.Dispose();
        _closed.Cancel();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _wire.CloseAsync().ConfigureAwait(false);
        _wire.Dispose();
        await _closed.CancelAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private sealed class Pipes(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }

    private sealed class Tls(Greeted greeted) : ITlsConnectionFeature, ITlsHandshakeFeature, ITlsApplicationProtocolFeature
    {
        private static readonly byte[] _http2 = "h2"u8.ToArray();
        private static readonly byte[] _http1 = "http/1.1"u8.ToArray();

        public X509Certificate2? ClientCertificate { get; set; }

        public SslProtocols Protocol { get; } = greeted.Client.Protocol;

        public ReadOnlyMemory<byte> ApplicationProtocol { get; } = greeted.Hello.Kind == ClientKind.Http1 ? _http1 : _http2;

#pragma warning disable SYSLIB0058 // What the interface asks for.
        public CipherAlgorithmType CipherAlgorithm => CipherAlgorithmType.None;

        public int CipherStrength => 0;

        public HashAlgorithmType HashAlgorithm => HashAlgorithmType.None;

        public int HashStrength => 0;

        public ExchangeAlgorithmType KeyExchangeAlgorithm => ExchangeAlgorithmType.None;

        public int KeyExchangeStrength => 0;
#pragma warning restore SYSLIB0058

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }
}
