using System.Buffers;
using System.IO.Pipelines;
using Mesh.Server.Ads.Http2.Frames;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Mesh.Server.Hosting;

/// <summary>
/// Clients that speak HTTP/2 over TLS without saying so in ALPN: Envoy does, with the bootstrap that the contract gives it
/// (§5.3). Kestrel would take them for HTTP/1.1; the first bytes of a connection tell better.
/// </summary>
internal static class PriorKnowledge
{
    /// <summary>How long the first bytes may take: Kestrel's own limits begin when it knows the protocol.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly byte[] _http2 = "h2"u8.ToArray();

    /// <summary>Recognises HTTP/2 on connections whose client negotiated nothing. To be used behind TLS.</summary>
    public static void Use(ListenOptions listen)
    {
        var clock = listen.ApplicationServices.GetService<TimeProvider>() ?? TimeProvider.System;
        listen.Use(next => async connection =>
        {
            if (connection.Features.Get<ITlsApplicationProtocolFeature>() is { ApplicationProtocol.IsEmpty: false }
                || await TryRecogniseAsync(connection, clock).ConfigureAwait(false))
            {
                await next(connection).ConfigureAwait(false);
            }
        });
    }

    /// <summary>False: the client said too little to tell, and is let go.</summary>
    private static async ValueTask<bool> TryRecogniseAsync(ConnectionContext connection, TimeProvider clock)
    {
        using var timeout = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, connection.ConnectionClosed);
        try
        {
            if (await BeginsWithPrefaceAsync(connection.Transport.Input, either.Token).ConfigureAwait(false))
            {
                connection.Features.Set<ITlsApplicationProtocolFeature>(new Http2());
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            connection.Abort(new ConnectionAbortedException("The client sent nothing by which its protocol could be told."));
            return false;
        }
    }

    private static async Task<bool> BeginsWithPrefaceAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var length = (int)Math.Min(read.Buffer.Length, FrameHeader.Preface.Length);
            var matches = Matches(read.Buffer.Slice(0, length));
            if (!matches || length == FrameHeader.Preface.Length || read.IsCompleted)
            {
                // Nothing is consumed and all is left to be read: whoever comes next begins at the first byte.
                input.AdvanceTo(read.Buffer.Start);
                return matches && length == FrameHeader.Preface.Length;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static bool Matches(ReadOnlySequence<byte> begin)
    {
        Span<byte> bytes = stackalloc byte[FrameHeader.Preface.Length];
        begin.CopyTo(bytes);
        return FrameHeader.Preface.StartsWith(bytes[..(int)begin.Length]);
    }

    private sealed class Http2 : ITlsApplicationProtocolFeature
    {
        public ReadOnlyMemory<byte> ApplicationProtocol => _http2;
    }
}
