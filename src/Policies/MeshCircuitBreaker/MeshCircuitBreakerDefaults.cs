using Mesh.Model.Policies;
using Mesh.Model.Resources;

namespace Mesh.Policies.MeshCircuitBreaker;

/// <summary>The MeshCircuitBreaker of a new mesh (contract §2.5).</summary>
internal static class MeshCircuitBreakerDefaults
{
    public static IReadOnlyList<MeshDefault> For(string mesh) =>
    [
        new($"mesh-circuit-breaker-all-{mesh}", new MeshCircuitBreakerSpec
        {
            TargetRef = TargetRef.WholeMesh,
            To =
            [
                new MeshCircuitBreakerTo
                {
                    TargetRef = TargetRef.WholeMesh,
                    Default = new MeshCircuitBreakerConf
                    {
                        ConnectionLimits = new ConnectionLimits { MaxConnections = 1024, MaxPendingRequests = 1024, MaxRetries = 3, MaxRequests = 1024 },
                    },
                },
            ],
        }),
    ];
}
