using Mesh.Model.Kinds;
using Mesh.Model.Resources;

namespace Mesh.Server.Rest.Resources;

/// <summary>What a zone shows of itself where Global would show what it saw of it.</summary>
internal static class OwnZone
{
    /// <summary>An insight of a zone that is online, because it answers.</summary>
    public static Resource Insight(Resource zone, InstanceIdentity instance) => new()
    {
        Descriptor = ZoneInsightKind.Resource,
        Name = zone.Name,
        Spec = new ZoneInsightSpec
        {
            Subscriptions =
            [
                new KdsSubscription
                {
                    Id = instance.InstanceId,
                    ConnectTime = zone.CreationTime,
                    Version = new ZoneVersion { KumaCp = new KumaCpVersion { Version = InstanceIdentity.Version, KumaCpGlobalCompatible = true } },
                    ZoneInstanceId = instance.InstanceId,
                    ZoneStoreId = instance.ClusterId,
                },
            ],
        },
    };
}
