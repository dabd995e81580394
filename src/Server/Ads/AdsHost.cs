using Mesh.Engine;
using Mesh.Protocol.Ads;
using Mesh.Server.Ads.Admission;
using Mesh.Server.Ads.Grpc;
using Mesh.Server.Ads.Pushing;
using Mesh.Server.Ads.Streams;
using Mesh.Server.Ads.Transport;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Ads;

/// <summary>What all discovery streams of a process share.</summary>
internal sealed class AdsHost : IDisposable
{
    private const string ShuttingDown = "shutting down";

    private readonly IStreamAuthenticator _authenticator;
    private readonly AdsDrain _drain;

    public AdsHost(
        ResourceEngine engine,
        XdsTypes types,
        AdsHostOptions options,
        IStreamAuthenticator authenticator,
        IProxyRegistry registry,
        AdsStreams streams,
        BlockPools blocks,
        TransportBuffers buffers,
        UnfinishedRequests unfinished,
        TurnRunner turns,
        TimeProvider clock,
        IHostApplicationLifetime lifetime,
        ILogger<AdsHost> logger)
    {
        Engine = engine;
        Types = types;
        Options = options;
        Registry = registry;
        Streams = streams;
        Unfinished = unfinished;
        Clock = clock;
        Log = new AdsLog(logger);
        Admission = new StreamAdmission(options.Admission, clock);
        Turns = new WriteTurns(turns);
        Flushes = new FlushWatch(clock, options.WriteTimeout, () => streams.Running);
        Metrics = new AdsMetrics(options.Meters, streams, Admission, blocks, buffers);
        _authenticator = authenticator;
        _drain = new AdsDrain(streams, Admission, options.DrainWindow, clock, lifetime.ApplicationStopping);
    }

    public ResourceEngine Engine { get; }

    public XdsTypes Types { get; }

    public AdsHostOptions Options { get; }

    public IProxyRegistry Registry { get; }

    public AdsStreams Streams { get; }

    public UnfinishedRequests Unfinished { get; }

    public StreamAdmission Admission { get; }

    public WriteTurns Turns { get; }

    public FlushWatch Flushes { get; }

    public TimeProvider Clock { get; }

    public AdsLog Log { get; }

    public AdsMetrics Metrics { get; }

    /// <summary>Time of the sessions.</summary>
    public long Milliseconds => (long)Clock.GetElapsedTime(0).TotalMilliseconds;

    public void Dispose()
    {
        _drain.Dispose();
        Admission.Dispose();
        Flushes.Dispose();
        Metrics.Dispose();
    }

    /// <summary>Serves one call of a discovery method.</summary>
    public async Task ServeAsync(GrpcExchange exchange, StreamKind kind)
    {
        if (_drain.IsDraining)
        {
            exchange.End(GrpcStatusCode.Unavailable, ShuttingDown);
            return;
        }

        if (!Streams.TryOpen(Options.MaxStreams, out var id))
        {
            Metrics.Refused.Add(1);
            exchange.End(GrpcStatusCode.ResourceExhausted, "too many streams");
            return;
        }

        var end = EndOfStream.ByPeer;
        try
        {
            // Before anything is read of the stream, its credential included.
            if (!await Admission.EnterAsync(exchange.Aborted))
            {
                end = Refuse(exchange);
                return;
            }

            using var stream = new AdsStream(this, exchange, kind, id);
            var credentials = exchange.Credentials;
            exchange.ForgetRequest();
            var identity = await _authenticator.AuthenticateAsync(credentials, exchange.Aborted);
            Streams.Add(id, stream);
            if (_drain.IsDraining)
            {
                // The drain may have looked before this stream could be seen.
                stream.End(EndOfStream.ByServer(GrpcStatusCode.Ok, ""));
            }

            end = await stream.RunAsync(identity);
        }
        catch (AdsProtocolException refused)
        {
            end = EndOfStream.Refused(refused.Status, refused.Message);
        }
        catch (Exception lost) when (EndOfStream.IsConnectionLoss(lost))
        {
            end = EndOfStream.Lost(lost);
        }
        catch (Exception fault)
        {
            Log.Fault(id, null, fault);
            end = EndOfStream.Refused(GrpcStatusCode.Internal, "internal error");
        }
        finally
        {
            Streams.Close(id);
            Log.Ended(id, end);
            exchange.End(end.Status, end.Message);
        }
    }

    /// <summary>Why a stream was not let in.</summary>
    private EndOfStream Refuse(GrpcExchange exchange)
    {
        if (exchange.Aborted.IsCancellationRequested)
        {
            return EndOfStream.ByPeer;
        }

        if (_drain.IsDraining)
        {
            // It stood in line: it is not too many, it is to go to another one.
            return EndOfStream.Refused(GrpcStatusCode.Unavailable, ShuttingDown);
        }

        Metrics.Refused.Add(1);
        return EndOfStream.Refused(GrpcStatusCode.ResourceExhausted, "too many streams come at once");
    }
}
