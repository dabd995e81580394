using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mesh.Global.Zones;
using Mesh.Protocol.Kds;
using Mesh.Server.Kds.Wire;
using Mesh.Server.Settings;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Kds.Global;

/// <summary>The calls of zones: each is authenticated, admitted under its zone's name, served, and ended when one of these stops being true.</summary>
internal sealed class ZoneCalls(
    GlobalKdsSettings settings,
    ZoneAuthenticator authenticator,
    TokenWatch tokens,
    ZoneRegistry zones,
    ZoneSyncStreams sync,
    AdminStreams admin,
    TimeProvider clock,
    ILogger logger,
    CancellationToken stopping)
{
    private const int LongestHeader = 256;

    private readonly RefusedZones _refused = new(clock, logger);

    public Task GlobalToZoneAsync(IAsyncStreamReader<RawMessage> requests, IServerStreamWriter<RawMessage> responses, ServerCallContext call) =>
        ServeAsync(ZoneStreamKind.GlobalToZone, call, (connection, end) => sync.SendAsync(connection, requests, responses, end));

    public Task ZoneToGlobalAsync(IAsyncStreamReader<RawMessage> responses, IServerStreamWriter<RawMessage> requests, ServerCallContext call) =>
        ServeAsync(ZoneStreamKind.ZoneToGlobal, call, (connection, end) => sync.ReceiveAsync(connection, responses, requests, end));

    public Task AdminAsync(ZoneStreamKind kind, IAsyncStreamReader<RawMessage> answers, IServerStreamWriter<RawMessage> questions, ServerCallContext call) =>
        ServeAsync(kind, call, (connection, end) => admin.ServeAsync(connection.Zone, kind, answers, questions, end));

    /// <summary>A zone is well. The answer tells it when to say so again; zero: never.</summary>
    public async Task<RawMessage> HealthCheckAsync(IAsyncStreamReader<RawMessage> requests, ServerCallContext call)
    {
        var identity = await AuthenticateAsync(call);
        await requests.MoveNext(call.CancellationToken);
        zones.Find(identity.Zone)?.Touch();
        var interval = settings.ZoneHealthCheck is { PollInterval: var poll, Timeout: var timeout } && poll > TimeSpan.Zero && timeout > TimeSpan.Zero
            ? Duration.FromTimeSpan(poll)
            : new Duration();
        var encoded = interval.ToByteArray();
        return new RawMessage((byte[])[0x0A, (byte)encoded.Length, .. encoded]);
    }

    /// <summary>A zone lost its store: it gets back what it once sent, as it would be let in.</summary>
    public async Task CopiesAsync(IServerStreamWriter<RawMessage> copies, ServerCallContext call)
    {
        var identity = await AuthenticateAsync(call);
        var hello = HelloOf(identity, call);
        try
        {
            zones.Demand(hello);
        }
        catch (ZoneRefusedException e)
        {
            throw Refuse(hello, e, call);
        }

        await sync.CopyAsync(identity.Zone, copies, call.CancellationToken);
    }

    private async Task ServeAsync(ZoneStreamKind kind, ServerCallContext call, Func<ZoneConnection, CancellationToken, Task> serve)
    {
        var checks = tokens.Checks;
        var identity = await AuthenticateAsync(call);
        using var stream = await AdmitAsync(identity, kind, call);
        using var ending = new StreamEnding(call.CancellationToken);
        using var watch = tokens.Watch(identity, checks, reason => ending.End(new Status(StatusCode.Unauthenticated, reason)));
        var connection = stream.Connection;
        ending.When(connection.Ended, reason => new Status(StatusCode.Unavailable, reason));
        ending.When(() => new Status(StatusCode.Unavailable, "the global control plane is stopping"), stopping);
        try
        {
            // Before anything else, so that the zone knows that it is connected, and to whom.
            await call.WriteResponseHeadersAsync(
                [new(KdsHeaders.KeepAlive, settings.KeepAliveInterval.TotalSeconds.ToString("0", CultureInfo.InvariantCulture))]);
            await serve(connection, ending.Token);
        }
        catch (KdsProtocolException e)
        {
            _refused.Refuse($"{identity.Zone} (protocol)", call.Peer, e.Message, e.Message);
            throw new RpcException(new Status((StatusCode)e.Status, e.Message));
        }
        catch (Exception e) when (ending.Status is { } status && e is OperationCanceledException or RpcException or IOException or InvalidOperationException)
        {
            Refuse(identity, status, call);
            throw new RpcException(status);
        }
        catch (Exception e) when (call.CancellationToken.IsCancellationRequested && e is OperationCanceledException or RpcException or IOException or InvalidOperationException)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "the zone is gone"));
        }
        catch (Exception e) when (e is not RpcException)
        {
            KdsLog.StreamFault(logger, identity.Zone, call.Method, e);
            throw new RpcException(new Status(StatusCode.Internal, "internal error"));
        }

        if (ending.Status is { } end)
        {
            Refuse(identity, end, call);
            throw new RpcException(end);
        }
    }

    private async ValueTask<ZoneIdentity> AuthenticateAsync(ServerCallContext call)
    {
        try
        {
            return await authenticator.AuthenticateAsync(call.RequestHeaders, call.CancellationToken);
        }
        catch (RpcException e)
        {
            _refused.Refuse(call.RequestHeaders.GetValue(KdsHeaders.ClientId) ?? "", call.Peer, e.Status.Detail, e.Status.Detail);
            throw;
        }
    }

    private async ValueTask<ZoneStream> AdmitAsync(ZoneIdentity identity, ZoneStreamKind kind, ServerCallContext call)
    {
        var hello = HelloOf(identity, call);
        try
        {
            var stream = await zones.AdmitAsync(hello, call.GetHttpContext().Connection.Id, kind, call.CancellationToken);
            _refused.LetIn(identity.Zone);
            return stream;
        }
        catch (ZoneRefusedException e)
        {
            throw Refuse(hello, e, call);
        }
    }

    /// <summary>What a zone shows with a call. It is kept and told: it is bounded.</summary>
    private ZoneHello HelloOf(ZoneIdentity identity, ServerCallContext call)
    {
        var (store, version) = (call.RequestHeaders.GetValue(KdsHeaders.StoreId) ?? "", call.RequestHeaders.GetValue(KdsHeaders.Version) ?? "");
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[(KdsHeaders.StoreId, store), (KdsHeaders.Version, version)])
        {
            if (value.Length > LongestHeader || value.Any(char.IsControl))
            {
                var reason = $"metadata '{name}' is longer than {LongestHeader} characters, or no text";
                _refused.Refuse(identity.Zone, call.Peer, reason, reason);
                throw new RpcException(new Status(StatusCode.InvalidArgument, reason));
            }
        }

        return new ZoneHello(identity.Zone, store, version, identity.Token is not null);
    }

    private RpcException Refuse(ZoneHello hello, ZoneRefusedException refusal, ServerCallContext call)
    {
        // Times in the text differ from attempt to attempt: the same store is refused for the same reason.
        _refused.Refuse(hello.Zone + (hello.StoreId.Length > 0 ? $" (store {hello.StoreId})" : ""), call.Peer, "name", refusal.Message);
        return new RpcException(new Status(StatusCode.FailedPrecondition, refusal.Message));
    }

    private void Refuse(ZoneIdentity identity, Status status, ServerCallContext call)
    {
        if (status.StatusCode == StatusCode.Unauthenticated)
        {
            _refused.Refuse(identity.Zone, call.Peer, status.Detail, status.Detail);
        }
    }
}
