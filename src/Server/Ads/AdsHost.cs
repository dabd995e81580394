using Mesh.Engine;
using Mesh.Protocol.Ads;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Ads;

/// <summary>What all discovery streams of a process share.</summary>
internal sealed class AdsHost
{
    private readonly IStreamAuthenticator _authenticator;
    private readonly IHostApplicationLifetime _lifetime;

    public AdsHost(
        ResourceEngine engine,
        XdsTypes types,
        AdsHostOptions options,
        IStreamAuthenticator authenticator,
        IProxyRegistry registry,
        AdsStreams streams,
        TimeProvider clock,
        IHostApplicationLifetime lifetime,
        ILogger<AdsHost> logger)
    {
        Engine = engine;
        Types = types;
        Options = options;
        Registry = registry;
        Streams = streams;
        Clock = clock;
        Log = new AdsLog(logger);
        Metrics = new AdsMetrics(streams);
        _authenticator = authenticator;
        _lifetime = lifetime;
    }

    public ResourceEngine Engine { get; }

    public XdsTypes Types { get; }

    public AdsHostOptions Options { get; }

    public IProxyRegistry Registry { get; }

    public AdsStreams Streams { get; }

    public TimeProvider Clock { get; }

    public AdsLog Log { get; }

    public AdsMetrics Metrics { get; }

    /// <summary>Time of the sessions.</summary>
    public long Milliseconds => (long)Clock.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>Serves one call of a discovery method.</summary>
    public async Task ServeAsync(HttpContext context, StreamKind kind)
    {
        if (!GrpcResponse.TryBegin(context))
        {
            return;
        }

        if (!Streams.TryOpen(Options.MaxStreams, out var id))
        {
            GrpcResponse.End(context, GrpcStatusCode.ResourceExhausted, "too many streams");
            return;
        }

        var end = EndOfStream.ByPeer;
        try
        {
            var identity = await _authenticator.AuthenticateAsync(CredentialsOf(context), context.RequestAborted);
            end = await ServeAsync(context, kind, id, identity);
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
            GrpcResponse.End(context, end.Status, end.Message);
        }
    }

    /// <summary>What a call came with.</summary>
    public static StreamCredentials CredentialsOf(HttpContext context) => new(
        context.Request.Headers.Authorization is [{ Length: > 0 } token, ..] ? token : null,
        context.Connection.ClientCertificate,
        context.Connection.RemoteIpAddress,
        context.Request.IsHttps);

    private async Task<EndOfStream> ServeAsync(HttpContext context, StreamKind kind, long id, IStreamIdentity identity)
    {
        await using var stream = new AdsStream(this, context, kind, id);
        await using var stopping = _lifetime.ApplicationStopping.Register(() => _ = DrainAsync(stream));
        return await stream.RunAsync(identity);
    }

    /// <summary>Ends a stream at a random moment of the window. Nothing is taken away from the client.</summary>
    private async Task DrainAsync(AdsStream stream)
    {
        var window = Streams.Count < 2 ? TimeSpan.Zero : Options.DrainWindow * Random.Shared.NextDouble();
        await Task.Delay(window, Clock);
        stream.End(EndOfStream.ByServer(GrpcStatusCode.Ok, ""));
    }
}
