using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Mesh.Global.Zones;
using Mesh.Server.Kds.Wire;

namespace Mesh.Server.Kds.Global;

/// <summary>Maps the methods of zones, with messages as bytes.</summary>
internal sealed class KdsMethodProvider(ZoneCalls calls) : IServiceMethodProvider<KdsEndpoint>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<KdsEndpoint> context)
    {
        context.AddDuplexStreamingMethod(KdsMethods.GlobalToZone, [], (_, requests, responses, call) => calls.GlobalToZoneAsync(requests, responses, call));
        context.AddDuplexStreamingMethod(KdsMethods.ZoneToGlobal, [], (_, requests, responses, call) => calls.ZoneToGlobalAsync(requests, responses, call));
        MapAdmin(context, KdsMethods.ConfigDumps, ZoneStreamKind.ConfigDump);
        MapAdmin(context, KdsMethods.Stats, ZoneStreamKind.Stats);
        MapAdmin(context, KdsMethods.Clusters, ZoneStreamKind.Clusters);
        context.AddDuplexStreamingMethod(KdsMethods.CopiesServed, [], (_, _, copies, call) => calls.CopiesAsync(copies, call));
        context.AddClientStreamingMethod(KdsMethods.HealthCheckServed, [], (_, requests, call) => calls.HealthCheckAsync(requests, call));
    }

    private void MapAdmin(ServiceMethodProviderContext<KdsEndpoint> context, Method<RawMessage, RawMessage> method, ZoneStreamKind kind) =>
        context.AddDuplexStreamingMethod(method, [], (_, answers, questions, call) => calls.AdminAsync(kind, answers, questions, call));
}
