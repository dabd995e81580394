using Grpc.Core;

namespace Mesh.Server.Kds.Wire;

/// <summary>The methods between a zone and Global (contract §4.1, §4.5).</summary>
internal static class KdsMethods
{
    private const string Sync = "kuma.mesh.v1alpha1.KDSSyncService";
    private const string Global = "kuma.mesh.v1alpha1.GlobalKDSService";

    /// <summary>Resources of Global: the zone asks.</summary>
    public static Method<RawMessage, RawMessage> GlobalToZone { get; } = Stream(Sync, "GlobalToZoneSync");

    /// <summary>Resources of the zone: Global asks, so that requests travel as responses.</summary>
    public static Method<RawMessage, RawMessage> ZoneToGlobal { get; } = Stream(Sync, "ZoneToGlobalSync");

    /// <summary>Configurations of proxies.</summary>
    public static Method<RawMessage, RawMessage> ConfigDumps { get; } = Stream(Global, "StreamXDSConfigs");

    /// <summary>Statistics of proxies.</summary>
    public static Method<RawMessage, RawMessage> Stats { get; } = Stream(Global, "StreamStats");

    /// <summary>Clusters of proxies.</summary>
    public static Method<RawMessage, RawMessage> Clusters { get; } = Stream(Global, "StreamClusters");

    /// <summary>A zone reports that it is well.</summary>
    public static Method<RawMessage, RawMessage> HealthCheck { get; } =
        new(MethodType.Unary, Global, "HealthCheck", RawMessage.Marshaller, RawMessage.Marshaller);

    /// <summary>The same as Global serves it. On the wire it is no other; but a message that is a stream is read only when it is asked for, and so after authentication.</summary>
    public static Method<RawMessage, RawMessage> HealthCheckServed { get; } =
        new(MethodType.ClientStreaming, Global, "HealthCheck", RawMessage.Marshaller, RawMessage.Marshaller);

    /// <summary>Ours: what Global has of the zone, for a zone that lost its store. Answers with <see cref="CopiedResource"/>s.</summary>
    public static Method<RawMessage, RawMessage> Copies { get; } =
        new(MethodType.ServerStreaming, "mesh.kds.v1.ZoneCopyService", "Copies", RawMessage.Marshaller, RawMessage.Marshaller);

    /// <summary>The same as Global serves it: see <see cref="HealthCheckServed"/>.</summary>
    public static Method<RawMessage, RawMessage> CopiesServed { get; } = Stream("mesh.kds.v1.ZoneCopyService", "Copies");

    private static Method<RawMessage, RawMessage> Stream(string service, string name) =>
        new(MethodType.DuplexStreaming, service, name, RawMessage.Marshaller, RawMessage.Marshaller);
}
