using System.Buffers.Binary;
using System.IO.Pipelines;
using EnvoyApi.Service.Health.V3;
using Google.Protobuf;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Grpc;
using Mesh.Server.Ads.Streams;
using Mesh.Server.Ads.Transport;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Ads.Health;

/// <summary>
/// Serves <c>StreamHealthCheck</c>: the first message says who it is, then specifiers go out and findings come in.
/// Envoy ends itself when this service fails while it starts, so a proxy is always answered.
/// </summary>
internal sealed class HealthHost(
    IStreamAuthenticator authenticator,
    IHealthCheckSource source,
    AdsHostOptions options,
    UnfinishedRequests unfinished,
    TimeProvider clock,
    IHostApplicationLifetime lifetime,
    ILogger<HealthHost> logger)
{
    private const int MaxRequestSize = 4 * 1024 * 1024;

    private readonly AdsLog _log = new(logger);

    public async Task ServeAsync(GrpcExchange exchange)
    {
        try
        {
            var identity = await authenticator.AuthenticateAsync(exchange.Credentials, exchange.Aborted);
            await ServeAsync(exchange, identity);
            exchange.End(GrpcStatusCode.Ok);
        }
        catch (AdsProtocolException refused)
        {
            exchange.End(refused.Status, refused.Message);
        }
        catch (InvalidProtocolBufferException)
        {
            exchange.End(GrpcStatusCode.InvalidArgument, "malformed HealthCheckRequestOrEndpointHealthResponse");
        }
        catch (Exception lost) when (EndOfStream.IsConnectionLoss(lost))
        {
            exchange.End(GrpcStatusCode.Ok);
        }
        catch (Exception fault)
        {
            _log.Fault(0, null, fault);
            exchange.End(GrpcStatusCode.Internal, "internal error");
        }
    }

    private async Task ServeAsync(GrpcExchange exchange, IStreamIdentity identity)
    {
        // The connection is told to end when it is old enough: a stream that stays would keep it open.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(exchange.Aborted, lifetime.ApplicationStopping, exchange.Retired);
        var frames = new GrpcFrames(exchange.Input, Math.Min(MaxRequestSize, options.MaxRequestSize), unfinished);
        try
        {
            if (!await ReadFirstAsync(frames, ending.Token))
            {
                return;
            }

            var node = Parse(frames).HealthCheckRequest?.Node is { Id.Length: > 0 } sent
                ? ClientNode.Parse(sent.ToByteArray())
                : throw new AdsProtocolException(GrpcStatusCode.InvalidArgument, "missing node information");
            await identity.AuthorizeAsync(node, ending.Token);
            await using var stream = await source.ConnectAsync(node, identity, ending.Token);
            var writing = WriteAsync(exchange.Output, stream, ending.Token);
            try
            {
                await ReadAsync(frames, stream, ending.Token);
            }
            finally
            {
                await ending.CancelAsync();
                await writing;
            }
        }
        finally
        {
            frames.Done();
        }
    }

    private async Task<bool> ReadFirstAsync(GrpcFrames frames, CancellationToken ending)
    {
        using var impatience = new CancellationTokenSource(options.FirstMessageTimeout, clock);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(ending, impatience.Token);
        try
        {
            return await frames.ReadAsync(opening.Token);
        }
        catch (OperationCanceledException) when (!ending.IsCancellationRequested)
        {
            throw new AdsProtocolException(GrpcStatusCode.DeadlineExceeded, "no first message");
        }
    }

    private static async Task ReadAsync(GrpcFrames frames, IHealthCheckStream stream, CancellationToken cancellationToken)
    {
        while (await frames.ReadAsync(cancellationToken))
        {
            if (Parse(frames).EndpointHealthResponse is { } response)
            {
                stream.Report(response);
            }
        }
    }

    private static async Task WriteAsync(PipeWriter output, IHealthCheckStream stream, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var specifier in stream.SpecifiersAsync(cancellationToken))
            {
                Write(output, specifier);
                await output.FlushAsync(cancellationToken);
            }
        }
        catch (Exception lost) when (EndOfStream.IsConnectionLoss(lost))
        {
            // The reading loop sees the same end and reports it.
        }
    }

    private static void Write(PipeWriter output, HealthCheckSpecifier specifier)
    {
        var prefix = output.GetSpan(5);
        prefix[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], specifier.CalculateSize());
        output.Advance(5);
        specifier.WriteTo(output);
    }

    private static HealthCheckRequestOrEndpointHealthResponse Parse(GrpcFrames frames) =>
        HealthCheckRequestOrEndpointHealthResponse.Parser.ParseFrom(frames.Current);
}
